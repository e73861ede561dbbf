import type { Instant } from '../domain/time.ts';
import type { Turned } from './codes/reassess-due.ts';
import { countDue, longestDue } from './codes/store.ts';
import type { Db } from './platform/db/database.ts';
import type { Metrics } from './platform/metrics/metrics.ts';

/** Counts what the worker does. */
export function meterWork(
  metrics: Metrics,
  db: Db,
  clock: () => Instant,
): { readonly turned: (turned: Turned) => void } {
  const count = metrics.counter({
    name: 'codes_due_total',
    help: 'People who were due and what came of it.',
    labels: { outcome: ['done', 'appended', 'unreadable'] },
  });
  metrics.gauge('codes_due_waiting', 'Rows that are due and wait for a worker.', () => countDue(db, clock()));
  metrics.gauge(
    'codes_due_longest_seconds',
    'How long the row waits that has been due for longest.',
    async () => {
      const now = clock();
      return (now - ((await longestDue(db, now)) ?? now)) / 1_000;
    },
  );
  return {
    turned: ({ done, appended, unreadable }) => {
      count({ outcome: 'done' }, done);
      count({ outcome: 'appended' }, appended);
      count({ outcome: 'unreadable' }, unreadable.size);
    },
  };
}
