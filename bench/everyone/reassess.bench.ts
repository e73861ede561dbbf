import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPT } from '../../cli/typescript/options.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { type Instant, wholeSecond } from '../../domain/time.ts';
import { beginWithEveryone } from '../../server/codes/everyone/begin-with-everyone.ts';
import { rehearse } from '../../server/codes/everyone/rehearse.ts';
import { readUsable } from '../../server/rules/rule-book.ts';
import { type Figure, printFigures, readable } from '../figures.ts';
import { cpuSince, openTrial, type Trial } from '../trial.ts';
import { putRulesInForce, rulesWith } from './changed-rules.ts';
import { type Columnar, openColumnar } from './duckdb.ts';
import { listedCounties } from './made-up.ts';
import { fillProvince } from './province.ts';
import { type Colours, coloursInForce, type Measured, overEvidence, overReadyRows } from './references.ts';
import type { Work, Worked } from './worker.ts';

const WORKERS = 2;
/** The first rounds are slower: until so many were looked at, an eighth of a province, code is not compiled well. */
const WARM_AFTER = 8e6;
const LEAST_ROUNDS = 3;
const ENTRY_DAYS = 14;

/**
 * Everybody again after a change of the rules that concerns one in a hundred, beside what could do the like: of so many
 * million people, or of several sizes one after the other (`1,2,5`), by so many processes.
 */
export async function bench([millions = '1', workers = String(WORKERS)]: readonly string[]): Promise<
  Figure[]
> {
  const figures: Figure[] = [];
  for (const size of millions.split(',')) {
    const begun = performance.now();
    const own = await benchSize(Math.round(Number(size) * 1e6), Number(workers));
    printFigures(own, false, console.error);
    tell(`${size} million in all`, begun);
    figures.push(...own);
  }
  return figures;
}

async function benchSize(people: number, workers: number): Promise<Figure[]> {
  const at = wholeSecond(Date.now());
  const trial = await openTrial(at);
  const processes = startWorkers({ site: trial.site, at }, workers);
  let columnar: Columnar | undefined;
  try {
    const begun = performance.now();
    await fillProvince(trial, people, at);
    tell(`${readable(people)} people made up`, begun);
    columnar = await openColumnar(trial);
    await Promise.all(processes.map(({ said }) => said()));
    const rounds: Round[] = [];
    // Each round has rules of its own, so that as many change in each.
    const last = lastRound(people);
    for (let round = 1; round <= last; round++) {
      const one = await oneRound(trial, processes, columnar, at, round);
      tellRound(round, people, one);
      rounds.push(one);
    }
    // A rehearsal is one process, as its command is; so it is compared by CPU time.
    const rehearsal = await rehearsed(trial, people, at, last + 1);
    return [...figuresOf(people, rounds), ...rehearsalFigures(people, rehearsal, rounds)];
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
    columnar?.stop();
    await trial.stop();
  }
}

function lastRound(people: number): number {
  return Math.max(LEAST_ROUNDS, 1 + Math.round(WARM_AFTER / people));
}

function tell(what: string, begun: number): void {
  console.error(`${what}: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
}

function tellRound(
  round: number,
  people: number,
  { seconds, evidence, ready, parquet, ...cpu }: Round,
): void {
  const times = { own: seconds, evidence: evidence.seconds, ready, parquet };
  const perPerson = { node: cpu.nodeMs, postgres: cpu.postgresMs, evidence: evidence.cpuMs };
  const text = (values: Readonly<Record<string, number | undefined>>, by: number, unit: string) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value === undefined ? 'none' : (value / by).toPrecision(3)} ${unit}`)
      .join(', ');
  console.error(
    `round ${round}: ${text(times, 1, 's')}; CPU a person: ${text(perPerson, people / 1e3, 'µs')}`,
  );
}

interface Round {
  readonly seconds: number;
  readonly workers: readonly Worked[];
  /** CPU time of the workers, and of PostgreSQL. */
  readonly nodeMs: number;
  readonly postgresMs: number;
  readonly evidence: Measured;
  readonly ready: number;
  readonly parquet: number | undefined;
}

async function oneRound(
  trial: Trial,
  processes: readonly WorkerProcess[],
  columnar: Columnar | undefined,
  at: Instant,
  round: number,
): Promise<Round> {
  const entryDays = ENTRY_DAYS + round;
  await putRulesInForce(trial.installation, rulesWith(entryDays), 1 + round, at);
  await beginWithEveryone(trial.installation, at);
  const before = trial.cpu();
  const begun = performance.now();
  const workers = await Promise.all(processes.map((worker) => worker.work()));
  const seconds = (performance.now() - begun) / 1_000;
  const postgresMs = cpuSince(trial, before).postgres / 1e3;
  const nodeMs = workers.reduce((sum, worker) => sum + worker.cpuMs, 0);
  const own = await coloursInForce(trial);
  const evidence = await overEvidence(trial, at, entryDays);
  const ready = await overReadyRows(trial, at, entryDays);
  const parquet = await columnar?.measure(at, entryDays);
  for (const reference of [evidence, ready, parquet]) if (reference) assertSame(own, reference.colours);
  const measured = { evidence, ready: ready.seconds, parquet: parquet?.seconds };
  return { seconds, workers, nodeMs, postgresMs, ...measured };
}

function assertSame(own: Colours, other: Colours): void {
  if (JSON.stringify(own) !== JSON.stringify(other))
    throw new Error(`other colours: ${JSON.stringify(own)} ${JSON.stringify(other)}`);
}

/** What a rehearsal of rules that concern one in a hundred took. */
interface Rehearsed {
  readonly seconds: number;
  readonly cpuMs: number;
}

/** The best of as many times as one process looks at as many people as each of two did before. */
async function rehearsed(
  { installation, ...trial }: Trial,
  people: number,
  at: Instant,
  round: number,
): Promise<Rehearsed> {
  const { store, keys } = installation;
  const decision = installation.decision(at);
  const areas = indexAreas(listedCounties(at), at, installation.rules.at(at).rules.parameters);
  const { id, text } = rulesWith(ENTRY_DAYS + round);
  const other = { ...installation.decisionBy(readUsable(id, text), at), areas };
  const inForce = { ...decision, areas };
  let [seconds, cpuMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let times = 0; times < round / 2; times++) {
    const before = trial.cpu();
    const begun = performance.now();
    const counted = await rehearse({ database: store.app, keys, inForce, other, at });
    seconds = Math.min(seconds, (performance.now() - begun) / 1_000);
    const { node, postgres } = trial.cpu();
    cpuMs = Math.min(cpuMs, (node - before.node + postgres - before.postgres) / 1e3);
    if (counted.people !== people) throw new Error(`${counted.people} people are counted`);
  }
  return { seconds, cpuMs };
}

function rehearsalFigures(people: number, { seconds, cpuMs }: Rehearsed, rounds: readonly Round[]): Figure[] {
  const own = Math.min(...rounds.map(({ nodeMs, postgresMs }) => nodeMs + postgresMs));
  return [
    {
      ...{ bench: 'reassess', figure: 'people rehearsed per second, by one process', unit: '1/s' },
      value: people / seconds,
    },
    figure(
      'people rehearsed in a second of CPU time',
      people / (cpuMs / 1e3),
      '1/s',
      'the same people again, with what is written',
      people / (own / 1e3),
    ),
  ];
}

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly said: () => Promise<string>;
  readonly work: () => Promise<Worked>;
}

function startWorkers(work: Work, count: number): WorkerProcess[] {
  return Array.from({ length: count }, () => {
    const script = fileURLToPath(new URL('./worker.ts', import.meta.url));
    const child = spawn(process.execPath, [...TYPESCRIPT, script, JSON.stringify(work)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const said = async () => String((await lines.next()).value);
    return {
      child,
      said,
      work: async () => {
        child.stdin!.write('go\n');
        return JSON.parse(await said());
      },
    };
  });
}

function figuresOf(people: number, rounds: readonly Round[]): Figure[] {
  const best = (of: (round: Round) => number) => Math.min(...rounds.map(of));
  const own = people / best(({ seconds }) => seconds);
  const evidence = people / best((round) => round.evidence.seconds);
  const ready = people / best((round) => round.ready);
  const parquet = people / best((round) => round.parquet ?? Number.NaN);
  const last = rounds.at(-1)!;
  const appended = last.workers.reduce((sum, worker) => sum + worker.appended, 0);
  const again = `${readable(people)} people again, per second`;
  return [
    figure(again, own, '1/s', 'a CASE over their evidence, grouped, colours only', evidence),
    ...(Number.isNaN(parquet) ? [] : [figure(again, own, '1/s', 'DuckDB, from Parquet, the same', parquet)]),
    figure(again, own, '1/s', 'a CASE over a row that is ready for each', ready),
    { bench: 'reassess', figure: 'who changed, of a hundred', value: (100 * appended) / people, unit: '%' },
    figure(
      'people again in a second of CPU time, workers and PostgreSQL',
      people / (best(({ nodeMs, postgresMs }) => nodeMs + postgresMs) / 1e3),
      '1/s',
      'the CASE over their evidence',
      people / (best((round) => round.evidence.cpuMs) / 1e3),
    ),
    {
      ...{ bench: 'reassess', figure: 'memory of a worker, at most', unit: 'MiB' },
      value: Math.max(...rounds.flatMap(({ workers }) => workers.map(({ peakMiB }) => peakMiB))),
    },
  ];
}

function figure(
  name: string,
  value: number,
  unit: string,
  reference: string,
  referenceValue: number,
): Figure {
  return {
    bench: 'reassess',
    figure: name,
    value,
    unit,
    reference,
    referenceValue,
    ratio: value / referenceValue,
  };
}
