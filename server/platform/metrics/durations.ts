import type { Metric, Registry } from 'prom-client';

/** One series of durations: how many fell below each bound and above the last one, and their sum in seconds. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  sum: number;
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Counts durations by series; `labelsOf` is asked once for each key. */
export type CountDuration = (
  key: string,
  labelsOf: () => Readonly<Record<string, string>>,
  seconds: number,
) => void;

/**
 * A histogram that costs little to count in: the one of `prom-client` looks a series up by all its labels each time. `bounds`
 * in seconds, the lowest first.
 */
export function durations(
  registry: Registry,
  {
    name,
    help,
    bounds,
  }: { readonly name: string; readonly help: string; readonly bounds: readonly number[] },
): CountDuration {
  const all = new Map<string, Series>();
  const type = 'histogram';
  const get = async () => ({
    ...{ name, help, type, aggregator: 'sum' },
    values: [...all.values()].flatMap((series) => valuesOf(name, bounds, series)),
  });
  // What a registry asks of its measures is nothing but this.
  registry.registerMetric({ name, help, type, get, reset: () => all.clear() } as unknown as Metric);
  return (key, labelsOf, seconds) => {
    let series = all.get(key);
    if (!series) {
      series = { labels: labelsOf(), counts: Array<number>(bounds.length + 1).fill(0), sum: 0 };
      all.set(key, series);
    }
    let at = 0;
    while (at < bounds.length && seconds > bounds[at]!) at++;
    series.counts[at]!++;
    series.sum += seconds;
  };
}

/** As Prometheus wants it: each bucket counts all that is not longer. */
function valuesOf(name: string, bounds: readonly number[], { labels, counts, sum }: Series): Value[] {
  let count = 0;
  const buckets = counts.map((own, at) => {
    count += own;
    return { metricName: `${name}_bucket`, labels: { le: bounds[at] ?? '+Inf', ...labels }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
