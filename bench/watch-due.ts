import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DATABASE, type Trial } from './trial.ts';

/** Looks again and again who is not due any more, for many people with one statement. */
export interface Watch {
  /** Answers when nothing that was stated about the person waits to be assessed. */
  readonly done: (personId: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const LOOK_MS = 10;

export function watchDue({ url }: Trial): Watch {
  let waiting: { personId: string; resolve: () => void }[] = [];
  let stopped = false;
  const look = async (client: pg.Client) => {
    const asked = waiting;
    waiting = [];
    const { rows } = await client.query<{ person_id: string }>({
      name: 'due',
      text: `select person_id from due where person_id = any($1::uuid[]) and cause = 'evidence'`,
      values: [asked.map(({ personId }) => personId)],
    });
    const due = new Set(rows.map(({ person_id }) => person_id));
    for (const one of asked) {
      if (due.has(one.personId)) waiting.push(one);
      else one.resolve();
    }
  };
  const running = (async () => {
    const client = new pg.Client(url(DATABASE));
    await client.connect();
    while (!stopped) {
      if (waiting.length > 0) await look(client);
      await sleep(LOOK_MS);
    }
    await client.end();
  })();
  return {
    done: (personId) => new Promise((resolve) => waiting.push({ personId, resolve })),
    stop: () => {
      stopped = true;
      return running;
    },
  };
}
