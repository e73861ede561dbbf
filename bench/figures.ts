/** One measured figure, and the reference measured in the same run. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: string;
  readonly referenceValue?: number;
  /** The figure by its reference; above 1 is better where more is better. */
  readonly ratio?: number;
}

/** Prints a line a figure: JSON for programs, a sentence for people. */
export function printFigures(
  figures: readonly Figure[],
  json: boolean,
  print: (line: string) => void = console.log,
): void {
  for (const figure of figures) print(json ? JSON.stringify(figure) : printed(figure));
}

/** A figure as people read it. */
export function printed({ figure, value, unit, reference, referenceValue, ratio }: Figure): string {
  const own = `${figure}: ${readable(value)} ${unit}`;
  if (reference === undefined || referenceValue === undefined) return own;
  return `${own}; ${reference}: ${readable(referenceValue)} ${unit}; ratio ${ratio?.toPrecision(3)}`;
}

/** A number as people read it. */
export function readable(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

/** Tells on stderr how far a benchmark is, with the seconds since it began. */
export interface Progress {
  readonly step: (what: string) => void;
  /** Tells figures as soon as they are known. They come once more, on stdout, at the end. */
  readonly figures: (figures: readonly Figure[]) => readonly Figure[];
}

export function startProgress(name: string): Progress {
  const begun = performance.now();
  const step = (what: string) =>
    console.error(`${name} ${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
  const figures = (known: readonly Figure[]) => {
    for (const figure of known) step(printed(figure));
    return known;
  };
  return { step, figures };
}

/**
 * Runs several tasks round by round, so that a busy neighbour disturbs all alike, and returns for each
 * the median of its operations per second of CPU time. A task does some operations and says how many.
 */
export async function race(
  tasks: Readonly<Record<string, () => number | Promise<number>>>,
  rounds: number,
  roundMs: number,
): Promise<Record<string, number>> {
  const rates: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      const rate = await rateOf(task, roundMs);
      // The first round only warms up.
      if (round > 0) rates[name] = [...(rates[name] ?? []), rate];
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([name, list]) => [name, median(list)]));
}

async function rateOf(task: () => number | Promise<number>, roundMs: number): Promise<number> {
  const cpu = process.cpuUsage();
  const end = performance.now() + roundMs;
  let operations = 0;
  while (performance.now() < end) operations += await task();
  const { user, system } = process.cpuUsage(cpu);
  return operations / ((user + system) / 1e6);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
