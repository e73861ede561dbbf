import { randomBytes } from 'node:crypto';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { eraseAfter } from '../record/retention.ts';
import type { Application } from './read-application.ts';
import { referenceIn } from './read-application.ts';
import { type ApplicationKey, addReference, type ReferencePurpose } from './store.ts';
import { takeStep } from './write-application.ts';

/** Letters and digits that nobody confuses: neither I and 1 nor O and 0. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const DAYS = 7;

/** Gives an application a reference, unless it has one that still counts. */
export async function ensureReference(
  db: Db,
  application: Application,
  at: ApplicationKey,
  now: Instant,
): Promise<void> {
  if (referenceIn(application, now) !== undefined) return;
  const { reference, expiresAt } = await giveReference(db, at, 'document', now);
  await takeStep(db, at, 'referred', now, { reference, expiresAt });
}

/** Makes a reference for a counter: 40 bits of chance, good for a week. */
export async function giveReference(
  db: Db,
  at: ApplicationKey,
  purpose: ReferencePurpose,
  now: Instant,
): Promise<{ readonly reference: string; readonly expiresAt: Instant }> {
  const expiresAt = now + DAYS * DAY_MS;
  for (;;) {
    const reference = drawReference();
    const row = { ...at, accountId: at.accountId, reference, purpose, expiresAt };
    if (await addReference(db, row, eraseAfter('working', now))) return { reference, expiresAt };
  }
}

function drawReference(): string {
  const letters = [...randomBytes(8)].map((byte) => LETTERS[byte % LETTERS.length]!).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
