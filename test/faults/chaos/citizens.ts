import assert from 'node:assert/strict';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import type { KeyList } from '../../../credential/trust/key-list.ts';
import { type Document, documentKey } from '../../../domain/people/document.ts';
import { DAY_MS, type Instant, parseInstant } from '../../../domain/time.ts';
import { readAtGate } from '../../../gate/read-text.ts';
import {
  COUNTS_ALONE_MS,
  cookieKind,
  SESSION_COOKIE,
  sealSession,
} from '../../../server/accounts/session-cookie.ts';
import { addAccount, addSession } from '../../../server/accounts/store.ts';
import { bindPerson } from '../../../server/applications/holdings/bind-person.ts';
import { findPeople } from '../../../server/people/find-or-add-people.ts';
import { lockPerson } from '../../../server/people/store.ts';
import { timeUuid } from '../../../server/platform/db/uuid.ts';
import { openKeyRing } from '../../../server/platform/keys/key-ring.ts';
import type { Fresh } from '../fresh.ts';
import { keepDoing } from '../looking.ts';
import { PASSING } from '../sending.ts';
import type { Site } from '../site.ts';

/** Somebody who is on record, has a code, and has signed in. */
export interface Citizen {
  readonly document: Document;
  readonly personId: string;
  readonly cookie: string;
}

/** Nobody signs in again meanwhile, whatever the clocks do. */
const SIGNED_IN_MS = 400 * DAY_MS;

/** Signs people in, each with an account that shows their code. */
export function signInAll(site: Site, documents: readonly Document[], now: Instant): Promise<Citizen[]> {
  const keys = openKeyRing(site.keysFolder);
  return site.onDatabase(async (database) => {
    const people = await findPeople(database, keys, documents);
    const citizens: Citizen[] = [];
    for (const document of documents) {
      const personId = people.get(documentKey(document))!;
      const [accountId, sessionId, endsAt] = [timeUuid(now), timeUuid(now), now + SIGNED_IN_MS];
      await database.transaction(async (db) => {
        await addAccount(db, accountId, now, endsAt);
        await addSession(db, { sessionId, accountId, startedAt: now, endsAt, eraseAfter: endsAt });
        await lockPerson(db, personId);
        await bindPerson(db, { accountId, personId, way: 'claims' }, now);
      });
      const verified = { name: '王小明', document };
      const session = { kind: 'citizen', sessionId, accountId, personId, signedInAt: now, verified } as const;
      const sealed = sealSession(keys, { session, endsAt, renewAfter: now + COUNTS_ALONE_MS });
      const cookie = `${cookieKind(SESSION_COOKIE, false).name}=${sealed}`;
      citizens.push({ document, personId, cookie });
    }
    return citizens;
  });
}

/** What somebody was shown who looked at their own code. */
export type Shown = 'code' | 'code without a pass' | 'come again' | 'no reply';

/**
 * Looks at one's own code. It is the colour that follows, or without `fresh` any; the pass says the same to a gate. Whatever
 * is no code tells no colour, and when to come again.
 */
export async function lookAtOwn(
  origin: string,
  { cookie, document }: Citizen,
  keys: KeyList,
  fresh?: Fresh,
): Promise<Shown> {
  const reply = await fetch(`${origin}/api/v1/me/code`, { headers: { cookie } }).catch(() => undefined);
  const text = await reply?.text().catch(() => undefined);
  if (!reply || text === undefined) return 'no reply';
  if (reply.status !== 200) {
    const { code } = JSON.parse(text) as { code: string };
    assert.ok(PASSING.includes(code), text);
    assert.ok(Number(reply.headers.get('retry-after')) >= 1, `${code} says when to come again`);
    assert.doesNotMatch(text, /colour|green|yellow|"red/);
    return 'come again';
  }
  const shown = JSON.parse(text) as MyCodeReply;
  assert.equal(shown.status, 'active');
  const at = parseInstant(shown.asOf);
  if (fresh) assert.equal(shown.colour, fresh(document, at).colour);
  if (!shown.code) return 'code without a pass';
  const { conclusion } = readAtGate(shown.code.text, { keys, view: () => undefined }, at);
  assert.ok(conclusion.kind === 'colour', JSON.stringify(conclusion));
  assert.deepEqual(conclusion.colours, [shown.colour], 'a pass says what is shown');
  return 'code';
}

const PAUSE_MS = 30;

/** Keeps looking at codes, those of whoever joins `citizens` too. The returned function ends it, and counts what was shown. */
export function keepLookingAtOwn(
  origin: () => string,
  citizens: readonly Citizen[],
  keys: KeyList,
  fresh?: Fresh,
): () => Promise<Readonly<Record<Shown, number>>> {
  const seen = { code: 0, 'code without a pass': 0, 'come again': 0, 'no reply': 0 };
  return keepDoing(PAUSE_MS, seen, async (i) => {
    seen[await lookAtOwn(origin(), citizens[i % citizens.length]!, keys, fresh)]++;
  });
}
