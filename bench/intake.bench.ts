import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivering } from '../server/evidence/deliver.ts';
import { createIntakeQueue } from '../server/evidence/intake-queue.ts';
import { copyIn, copyOut, makeReference } from './copy.ts';
import { type Lines, PRESENT, provinceClock, provinceLines, quantile, submit } from './deliveries.ts';
import type { Figure } from './figures.ts';
import { ask, type Cpu, cpuSince, openTrial, type Trial } from './trial.ts';

/** People in the made-up province; they bring about three records each. */
const PEOPLE = 76_000;
const WARM_UP = 20_000;
const RECORDS = 60_000;
const TOGETHER = 1_000;
const AT_ONCE = 4;

/** Takes evidence in: as fast as it goes, against a COPY of the rows that came of it, and at rates that grow. */
export async function bench(): Promise<Figure[]> {
  const lines = provinceLines(PEOPLE);
  const trial = await openTrial(PRESENT);
  try {
    const service = intakeOf(trial);
    await pour(service, lines, WARM_UP);
    const [intake, space] = await watchingSpace(trial, () =>
      measure(trial, RECORDS, () => pour(service, lines, RECORDS)),
    );
    const rows = await copyOut(trial);
    const knee = await findKnee(service, lines);
    await makeReference(trial);
    const copy = await measure(trial, WARM_UP + RECORDS, () => copyIn(trial, rows));
    return [...figuresOf(intake, copy), ...space, ...knee];
  } finally {
    await trial.stop();
  }
}

/** Intake without a worker, so that nothing else is measured. */
function intakeOf({ installation }: Trial): Delivering {
  const { store, keys, contracts, decision } = installation;
  const clock = provinceClock();
  const queue = createIntakeQueue({ database: store.app, keys, clock, onAccepted: () => {} });
  return { keys, clock, contracts, queue, lists: () => decision(clock()).lists };
}

/** Delivers batch after batch, some at once. */
async function pour(service: Delivering, lines: Lines, records: number): Promise<void> {
  let left = records;
  const one = async () => {
    while (left > 0) {
      left -= TOGETHER;
      const { quarantined } = await submit(service, lines(TOGETHER));
      if (quarantined > 0) throw new Error('a record of the province was quarantined');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

/** What a number of records took. */
interface Measured {
  readonly records: number;
  readonly seconds: number;
  readonly cpu: Cpu;
}

async function measure(trial: Trial, records: number, work: () => Promise<void>): Promise<Measured> {
  const before = trial.cpu();
  const begun = performance.now();
  await work();
  return { records, seconds: (performance.now() - begun) / 1_000, cpu: cpuSince(trial, before) };
}

const REFERENCE = 'COPY of the same rows into the same tables';

function figuresOf(intake: Measured, copy: Measured): Figure[] {
  const rate = ({ records, seconds }: Measured) => records / seconds;
  const both = ({ node, postgres }: Cpu) => node + postgres;
  const compare = (figure: string, unit: string, value: number, referenceValue: number): Figure => ({
    ...{ bench: 'intake', figure, value, unit, reference: REFERENCE, referenceValue },
    ratio: value / referenceValue,
  });
  const each = (of: (cpu: Cpu) => number) =>
    [intake, copy].map(({ cpu, records }) => of(cpu) / records) as [number, number];
  return [
    compare('records accepted per second, 4 batches of 1,000 at once', '1/s', rate(intake), rate(copy)),
    compare('CPU time a record', 'µs', ...each(both)),
    compare('CPU time a record in Node', 'µs', ...each(({ node }) => node)),
    compare('CPU time a record in PostgreSQL', 'µs', ...each(({ postgres }) => postgres)),
  ];
}

async function watchingSpace<T>(trial: Trial, work: () => Promise<T>): Promise<[T, Figure[]]> {
  const before = await spaceOf(trial);
  const result = await work();
  const after = await spaceOf(trial);
  const figure = (name: string, bytes: number): Figure => ({
    ...{ bench: 'intake', figure: name, value: bytes / RECORDS, unit: 'bytes' },
  });
  return [
    result,
    [
      figure('tables and indexes a record', after.tables - before.tables),
      figure('write-ahead log a record', after.log - before.log),
    ],
  ];
}

async function spaceOf(trial: Trial): Promise<{ tables: number; log: number }> {
  const [row] = await ask<{ tables: string; log: string }>(
    trial,
    `select sum(pg_total_relation_size(oid)) as tables, (select pg_current_wal_lsn() - '0/0'::pg_lsn) as log
       from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  return { tables: Number(row!.tables), log: Number(row!.log) };
}

const RATES = [1_000, 2_000, 3_000, 4_000, 6_000, 8_000, 10_000, 12_000];
const OFFERED_SECONDS = 3;
const SMALL = 100;
/** A rate is borne while 99 of 100 batches are accepted within this. */
const BORNE_MS = 250;

/** Offers batches of 100 at rates that grow, until too many of them wait for too long. */
async function findKnee(service: Delivering, lines: Lines): Promise<Figure[]> {
  const figures: Figure[] = [];
  let knee = 0;
  for (const rate of RATES) {
    const p99 = quantile(await offer(service, lines, rate), 0.99);
    const figure = `99 of 100 batches accepted within, at ${rate.toLocaleString('en-US')} records a second`;
    figures.push({ bench: 'intake', figure, value: p99, unit: 'ms' });
    if (p99 > BORNE_MS) break;
    knee = rate;
  }
  const figure = `records per second offered up to which that stays below ${BORNE_MS} ms`;
  return [...figures, { bench: 'intake', figure, value: knee, unit: '1/s' }];
}

/** How long each batch took, in ms, from the instant at which it was due. */
async function offer(service: Delivering, lines: Lines, rate: number): Promise<number[]> {
  const count = (rate * OFFERED_SECONDS) / SMALL;
  const begun = performance.now();
  const took = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const offered = begun + (i * SMALL * 1_000) / rate;
      await sleep(offered - performance.now());
      await submit(service, lines(SMALL));
      return performance.now() - offered;
    }),
  );
  await service.queue.drained();
  return took;
}
