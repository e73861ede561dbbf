import { after, describe, test } from 'node:test';
import { freshDatabase } from '../database.ts';
import { mustHold } from './overload/holds.ts';
import { runOverload } from './overload/run-overload.ts';

/** Small, so that it is quick, and that other tests on the same cores do not decide: `npm run overload` is the whole. */
const CAPACITY = 200;
const SECONDS = 6;
const PHASES = { calibrating: 1.5, before: 2, after: 8 };

describe('ten times what a service can do, for a while', () => {
  const database = freshDatabase();
  const ends: (() => Promise<void>)[] = [];
  after(async () => {
    for (const end of ends) await end();
  });

  test('is turned away in order and at once, loses nothing, and is forgotten as soon as it is over', async () => {
    const overload = { url: database.url, capacity: CAPACITY, seconds: SECONDS, phases: PHASES };
    const outcome = await runOverload(overload, (end) => ends.unshift(end));
    mustHold(outcome, 'busy');
  });
});
