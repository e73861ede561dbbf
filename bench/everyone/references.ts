import { dayOf, type Instant, printInstant, startOfDay } from '../../domain/time.ts';
import { ask, cpuSince, type Trial } from '../trial.ts';

/** How many people have which colour. */
export type Colours = Readonly<Record<string, number>>;

/** A reference: how long it took, and what came out, by which it is known to have done the same. */
export interface Measured {
  readonly seconds: number;
  /** CPU time of PostgreSQL, which a busy neighbour disturbs less; 0 where it is another's. */
  readonly cpuMs: number;
  readonly colours: Colours;
}

/** The conditions of the made-up province as a CASE over the evidence of a person, colours only. */
export function caseOverEvidence(at: Instant, entryDays: number): string {
  const t = instant(at);
  const since = (days: number) => instant(startOfDay(dayOf(at) - days));
  return `
    select p.person_id,
           case when bool_or(kind = 'contact' and small = 'close' and first_at between ${since(14)} and ${t})
                  or bool_or(kind = 'overseas' and first_at between ${since(entryDays + 7)} and ${t})
                  or bool_or(kind = 'isolation' and first_at <= ${t} and second_at > ${t})
                  or bool_or(kind = 'case' and first_at <= ${t} and second_at > ${t})
                  or bool_or(kind = 'case' and small = 'recovered' and second_at between ${since(14)} and ${t}) then 'red'
                when bool_or(kind = 'stay' and l.region is not null and greatest(first_at, l.listed_from) <= ${t}
                             and second_at >= ${since(14)}) then 'yellow'
                else 'green' end as colour
      from plain p left join listed l on l.region = p.region
     group by p.person_id`;
}

function instant(at: Instant): string {
  return `timestamptz '${printInstant(at)}'`;
}

/** The plans that PostgreSQL may choose from; the quickest counts. */
const PLANS = [
  "set work_mem = '512MB'",
  "set work_mem = '512MB'; set jit = off",
  "set work_mem = '512MB'; set jit = off; set parallel_setup_cost = 0; set parallel_tuple_cost = 0",
  "set work_mem = '512MB'; set enable_hashagg = off",
  "set work_mem = '512MB'; set max_parallel_workers_per_gather = 0; set enable_hashagg = off",
  "set work_mem = '512MB'; set max_parallel_workers_per_gather = 0; set enable_sort = off",
];

/** (a): over the evidence rows, by the best plan, into a table without a log. */
export async function overEvidence(trial: Trial, at: Instant, entryDays: number): Promise<Measured> {
  const measured: Measured[] = [];
  for (const plan of PLANS) measured.push(await intoTable(trial, plan, caseOverEvidence(at, entryDays)));
  return measured.reduce((best, one) => (one.seconds < best.seconds ? one : best));
}

/** (c): a row with what matters of each person is ready. */
export async function overReadyRows(trial: Trial, at: Instant, entryDays: number): Promise<Measured> {
  await ask(
    trial,
    `
    drop table if exists ready;
    set work_mem = '512MB';
    create table ready as
    select p.person_id,
           max(first_at) filter (where kind = 'contact' and small = 'close') as contact_at,
           max(first_at) filter (where kind = 'overseas') as entered_at,
           max(second_at) filter (where kind = 'isolation') as order_until,
           max(second_at) filter (where kind = 'case') as case_to,
           max(second_at) filter (where kind = 'stay' and l.region is not null) as listed_until
      from plain p left join listed l on l.region = p.region
     group by p.person_id;
    vacuum (analyze) ready`
      .split(';')
      .slice(0, 3)
      .join(';'),
  );
  await ask(trial, 'vacuum (analyze) ready');
  const t = instant(at);
  const since = (days: number) => instant(startOfDay(dayOf(at) - days));
  return intoTable(
    trial,
    "set work_mem = '512MB'",
    `
    select person_id,
           case when contact_at >= ${since(14)} or entered_at >= ${since(entryDays + 7)} or order_until > ${t}
                  or case_to >= ${since(14)} then 'red'
                when listed_until >= ${since(14)} then 'yellow' else 'green' end as colour
      from ready`,
  );
}

async function intoTable(trial: Trial, settings: string, query: string): Promise<Measured> {
  await ask(trial, 'drop table if exists outcome');
  const before = trial.cpu();
  const begun = performance.now();
  await ask(trial, `${settings}; create unlogged table outcome as ${query}`);
  const seconds = (performance.now() - begun) / 1_000;
  const cpuMs = cpuSince(trial, before).postgres / 1e3;
  return { seconds, cpuMs, colours: await coloursOf(trial, 'outcome') };
}

async function coloursOf(trial: Trial, table: string): Promise<Colours> {
  const rows = await ask<{ colour: string; people: string }>(
    trial,
    `select colour, count(*) as people from ${table} group by colour order by colour`,
  );
  return Object.fromEntries(rows.map(({ colour, people }) => [colour, Number(people)]));
}

/** The colours in force in the installation. */
export async function coloursInForce(trial: Trial): Promise<Colours> {
  const rows = await ask<{ colour: string; people: string }>(
    trial,
    `select colour, count(*) as people
       from (select distinct on (person_id) colour from assessment order by person_id, number desc) a
      group by colour order by colour`,
  );
  return Object.fromEntries(rows.map(({ colour, people }) => [colour, Number(people)]));
}
