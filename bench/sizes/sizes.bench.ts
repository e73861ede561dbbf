import { loadDemo, PEOPLE } from '../../cli/demo/load-demo.ts';
import { startWork } from '../../server/working.ts';
import type { Figure } from '../figures.ts';
import { ask, openTrial, type Trial } from '../trial.ts';
import { addHabits } from './habits.ts';

interface Size {
  readonly table: string;
  readonly rows: string;
  readonly own: string;
  readonly indexes: string;
}

/** Bytes a row of each table, with and without its indexes, and rows a person, on the made-up province of the demo. */
export async function bench(): Promise<Figure[]> {
  const trial = await openTrial();
  try {
    const work = startWork(trial.installation, Date.now, { onFailure: (error) => console.error(error) });
    await loadDemo(work).finally(work.stop);
    await addHabits(trial);
    await ask(trial, 'vacuum (analyze)');
    return (await sizes(trial)).flatMap(figuresOf);
  } finally {
    await trial.stop();
  }
}

/** Tables with enough rows that pages which are not full yet do not count. */
const ENOUGH = 1_000;

async function sizes(trial: Trial): Promise<Size[]> {
  return ask<Size & Record<string, string>>(
    trial,
    `select coalesce(pg_partition_root(oid), oid)::regclass::text as table, sum(reltuples)::bigint as rows,
            sum(pg_table_size(oid)) as own, sum(pg_indexes_size(oid)) as indexes
       from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'
      group by 1
     having sum(reltuples) >= ${ENOUGH}
      order by 1`,
  );
}

function figuresOf({ table, rows, own, indexes }: Size): Figure[] {
  const count = Number(rows);
  const figure = (what: string, value: number, unit: string) => ({
    bench: 'sizes',
    figure: `${table}: ${what}`,
    value,
    unit,
  });
  return [
    figure('rows a person', count / PEOPLE, ''),
    figure('a row', Number(own) / count, 'bytes'),
    figure('its indexes', Number(indexes) / count, 'bytes'),
  ];
}
