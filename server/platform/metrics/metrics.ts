import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { durations } from './durations.ts';

/** The labels of a measure, each with all values that it may take: so no label can ever hold an id. */
export type Labels = Readonly<Record<string, readonly string[]>>;

/** One value for each label. */
export type Values<L extends Labels> = { readonly [Name in keyof L]: L[Name][number] };

/** What a measure is called (Prometheus style, unit last) and what it says. */
export interface Measure<L extends Labels> {
  readonly name: string;
  readonly help: string;
  readonly labels: L;
}

/** Measures of this process, in the text format of Prometheus. */
export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Something that is counted up. */
  readonly counter: <const L extends Labels>(
    measure: Measure<L>,
  ) => (values: Values<L>, count?: number) => void;
  /** Something that is read when the measures are asked for. */
  readonly gauge: (name: string, help: string, read: () => number | Promise<number>) => void;
  /** Something with a duration; `bounds` in seconds. */
  readonly timer: <const L extends Labels>(
    measure: Measure<L> & { readonly bounds: readonly number[] },
  ) => (values: Values<L>, seconds: number) => void;
  /** One answered request. `route` is the pattern of the route, never the address. */
  readonly request: (method: string, route: string, status: number, seconds: number) => void;
}

/** A measure that is not read by then is left out this time. */
const LONGEST_READ_MS = 1_000;
const REQUEST_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the measures of one process, those of Node itself among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    counter: (measure) => counter(registry, measure),
    gauge: (name, help, read) => gauge(registry, name, help, read),
    timer: (measure) => timer(registry, measure),
    request: requests(registry),
  };
}

function counter<L extends Labels>(registry: Registry, { name, help, labels }: Measure<L>) {
  const names = Object.keys(labels);
  const counted = new Map<string, { readonly values: Record<string, string>; count: number }>();
  // Counting here and handing it over when it is asked for costs less than to find the series each time.
  const handOver = () => {
    for (const { values, count } of counted.values()) made.inc(values, count);
    counted.clear();
  };
  const made = new Counter({ name, help, labelNames: names, registers: [registry], collect: handOver });
  // Whoever asks by how much it has grown would not see the first count of one that begins with it.
  for (const values of everyValue(labels)) made.inc(values, 0);
  return (values: Values<L>, count = 1) => {
    let key = '';
    for (const label of names) key += `${values[label]!} `;
    const found = counted.get(key);
    if (found) found.count += count;
    else counted.set(key, { values: checked(name, labels, values), count });
  };
}

/** Every combination of values. */
function everyValue(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (all, [label, allowed]) => all.flatMap((one) => allowed.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

function timer<L extends Labels>(
  registry: Registry,
  { name, help, labels, bounds }: Measure<L> & { readonly bounds: readonly number[] },
) {
  const labelNames = Object.keys(labels);
  const made = new Histogram({ name, help, labelNames, buckets: [...bounds], registers: [registry] });
  return (values: Values<L>, seconds: number) => made.observe(checked(name, labels, values), seconds);
}

function gauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>) {
  // prom-client hands the gauge itself over as `this`.
  const collect = async function (this: Gauge) {
    // What cannot be read, as when the database is away, must not hide the other measures.
    this.set(await Promise.race([tooLate(), Promise.resolve().then(read)]).catch(() => Number.NaN));
  };
  new Gauge({ name, help, registers: [registry], collect });
}

async function tooLate(): Promise<number> {
  await sleep(LONGEST_READ_MS, undefined, { ref: false });
  return Number.NaN;
}

function checked<L extends Labels>(name: string, labels: L, values: Values<L>): Record<string, string> {
  for (const [label, allowed] of Object.entries(labels)) {
    if (!allowed.includes(values[label]!)) throw new Error(`${name} has no such value of ${label}`);
  }
  return values;
}

function requests(registry: Registry): Metrics['request'] {
  const count = durations(registry, {
    name: 'http_request_duration_seconds',
    help: 'Answered requests, by route.',
    bounds: REQUEST_BOUNDS,
  });
  return (method, route, status, seconds) =>
    count(`${method} ${route} ${status}`, () => ({ method, route, status: String(status) }), seconds);
}
