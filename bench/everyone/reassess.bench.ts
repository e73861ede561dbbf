import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { checkPackage } from '../../domain/rules/check.ts';
import { runOwnTests } from '../../domain/rules/own-tests.ts';
import type { Instant } from '../../domain/time.ts';
import { beginWithEveryone } from '../../server/codes/everyone/begin-with-everyone.ts';
import { addInForce, addPackage } from '../../server/rules/store.ts';
import type { Figure } from '../figures.ts';
import { cpuSince, openTrial, type Trial } from '../trial.ts';
import { type Columnar, openColumnar } from './duckdb.ts';
import { fillProvince } from './province.ts';
import { type Colours, coloursInForce, type Measured, overEvidence, overReadyRows } from './references.ts';
import type { Work, Worked } from './worker.ts';

const WORKERS = 2;
const ROUNDS = 3;
const ENTRY_DAYS = 14;

/** Everybody again after a change of the rules that concerns one in a hundred, beside what could do the like. */
export async function bench([millions = '1', workers = String(WORKERS)]: readonly string[]): Promise<
  Figure[]
> {
  const people = Math.round(Number(millions) * 1e6);
  const at = Date.now();
  const trial = await openTrial(at);
  const processes = startWorkers({ site: trial.site, at }, Number(workers));
  let columnar: Columnar | undefined;
  try {
    await fillProvince(trial, people, at);
    columnar = await openColumnar(trial);
    await Promise.all(processes.map(({ said }) => said()));
    const rounds: Round[] = [];
    // Each round has rules of its own, so that as many change in each.
    for (let round = 1; round <= ROUNDS; round++)
      rounds.push(await oneRound(trial, processes, columnar, at, ENTRY_DAYS + round));
    return figuresOf(people, rounds);
  } finally {
    for (const { child } of processes) child.kill('SIGKILL');
    columnar?.stop();
    await trial.stop();
  }
}

interface Round {
  readonly seconds: number;
  readonly workers: readonly Worked[];
  /** CPU time of the workers and of PostgreSQL. */
  readonly cpuMs: number;
  readonly evidence: Measured;
  readonly ready: number;
  readonly parquet: number | undefined;
}

async function oneRound(
  trial: Trial,
  processes: readonly WorkerProcess[],
  columnar: Columnar | undefined,
  at: Instant,
  entryDays: number,
): Promise<Round> {
  await putInForce(trial, at, entryDays);
  await beginWithEveryone(trial.installation, at);
  const before = trial.cpu();
  const begun = performance.now();
  const workers = await Promise.all(processes.map((worker) => worker.work()));
  const seconds = (performance.now() - begun) / 1_000;
  const postgresMs = cpuSince(trial, before).postgres / 1e3;
  const cpuMs = workers.reduce((sum, worker) => sum + worker.cpuMs, postgresMs);
  const own = await coloursInForce(trial);
  const evidence = await overEvidence(trial, at, entryDays);
  const ready = await overReadyRows(trial, at, entryDays);
  const parquet = await columnar?.measure(at, entryDays);
  for (const reference of [evidence, ready, parquet]) if (reference) assertSame(own, reference.colours);
  return { seconds, workers, cpuMs, evidence, ready: ready.seconds, parquet: parquet?.seconds };
}

function assertSame(own: Colours, other: Colours): void {
  if (JSON.stringify(own) !== JSON.stringify(other))
    throw new Error(`other colours: ${JSON.stringify(own)} ${JSON.stringify(other)}`);
}

/** Puts rules in force that differ in how long whoever came from overseas stays apart. */
async function putInForce({ installation }: Trial, at: Instant, entryDays: number): Promise<void> {
  const file = new URL('../../rules/zj-2021-01.json', import.meta.url);
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const id = `bench-${entryDays}`;
  const changed = { ...json, id, parameters: { ...json.parameters, entryDays } };
  const failing = new Set(
    runOwnTests(checkPackage(changed).rules!).map(({ field }) => Number(/\d+/.exec(field)![0])),
  );
  changed.tests = changed.tests.filter((_: unknown, i: number) => !failing.has(i));
  const text = JSON.stringify(changed);
  const { app } = installation.store;
  await addPackage(app, id, createHash('sha256').update(text).digest(), text, at);
  await addInForce(app, { number: entryDays, rules: id, inForceFrom: at, recordedAt: at });
}

interface WorkerProcess {
  readonly child: ChildProcess;
  readonly said: () => Promise<string>;
  readonly work: () => Promise<Worked>;
}

function startWorkers(work: Work, count: number): WorkerProcess[] {
  return Array.from({ length: count }, () => {
    const script = fileURLToPath(new URL('./worker.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(work)], {
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
  const again = `${people.toLocaleString('en-US')} people again, per second`;
  return [
    figure(again, own, '1/s', 'a CASE over their evidence, grouped, colours only', evidence),
    ...(Number.isNaN(parquet) ? [] : [figure(again, own, '1/s', 'DuckDB, from Parquet, the same', parquet)]),
    figure(again, own, '1/s', 'a CASE over a row that is ready for each', ready),
    { bench: 'reassess', figure: 'who changed, of a hundred', value: (100 * appended) / people, unit: '%' },
    figure(
      'people again in a second of CPU time, workers and PostgreSQL',
      people / (best(({ cpuMs }) => cpuMs) / 1e3),
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
