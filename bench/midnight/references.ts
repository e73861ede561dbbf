import { changesOf } from '../../credential/status/changes.ts';
import { encodeStatus } from '../../credential/status/payloads.ts';
import type { Status } from '../../credential/status-view.ts';
import { openDatabase } from '../../server/platform/db/database.ts';
import { script } from '../../server/platform/db/sql.ts';
import { ISSUERS } from '../status/issuers.ts';
import { ask, DATABASE, type Trial } from '../trial.ts';

/** Seconds of writing the same rows bare: one statement, into a table with the same columns and indexes. */
export async function bareWrite(trial: Trial): Promise<number> {
  await ask(trial, 'create table bare (like assessment including all)');
  const begun = performance.now();
  await ask(trial, `insert into bare select * from assessment where cause = 'time'`);
  return (performance.now() - begun) / 1_000;
}

/** Seconds of reading as many colours by COPY, and of a delta of them that is encoded and signed. */
export async function bareDelta(trial: Trial): Promise<number> {
  const db = openDatabase({ url: trial.url(DATABASE) });
  const begun = performance.now();
  const changed = new Map<number, Status>();
  const copy = script(
    `copy (select slot, colour from assessment join pass_slot_of using (person_id) where cause = 'time') to stdout`,
  );
  for await (const [slot, colour] of db.copyOut(copy)) changed.set(Number(slot), colour === 'red' ? 3 : 0);
  const delta = { kind: 'delta' as const, epoch: 1, number: 1, holdsFrom: 0, changes: changesOf(changed) };
  ISSUERS.delta(encodeStatus(delta));
  const seconds = (performance.now() - begun) / 1_000;
  await db.close();
  return seconds;
}
