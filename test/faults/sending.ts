import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, CallError, createClient } from '../../api/client.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { SOURCES } from '../../domain/evidence/fact.ts';
import { type NewClient, registerClient } from '../../server/clients/register-client.ts';
import type { Stated } from './made-up-evidence.ts';
import type { Site } from './site.ts';

/** What was sent, and what the service has said about it. */
export interface Ledger {
  /** Every record that was ever on its way, by `statedKey`. */
  readonly sent: Map<string, Stated>;
  /** What was reported about each, one report for each reply that arrived. */
  readonly told: Map<string, Outcome[]>;
  /** The codes of the problems with which the service answered instead. */
  readonly refusals: Map<string, number>;
  /** Requests to which no reply came. */
  broken: number;
}

type Outcome = 'accepted' | 'unchanged' | 'quarantined';

export function newLedger(): Ledger {
  return { sent: new Map(), told: new Map(), refusals: new Map(), broken: 0 };
}

/** Tells one version of a record from all others. */
export function statedKey({
  source,
  id,
  version,
}: {
  readonly source: string;
  readonly id: string;
  readonly version: number;
}): string {
  return `${source} ${id} ${version}`;
}

const ANY: NewClient = {
  name: 'a system',
  scopes: ['evidence:write', 'evidence:read', 'assessments:read'],
  sources: [...SOURCES],
  quotaPerSecond: 10_000,
  recordedBy: 'a test',
};

/** Registers a client that may do everything, and reaches services as it. */
export async function newClient(
  site: Site,
  origins: readonly string[],
  change: Partial<NewClient> = {},
  now = Date.now(),
): Promise<ApiClient[]> {
  const credentials = await site.onDatabase((db) => registerClient(db, { ...ANY, ...change }, now));
  return origins.map((origin) => createClient({ origin, credentials, tries: 1 }));
}

/** Sends one batch, once, and writes down what came of it. False when the service could not take it. */
export async function send(
  api: ApiClient,
  ledger: Ledger,
  batch: readonly Stated[],
  idempotencyKey?: string,
): Promise<boolean> {
  for (const record of batch) ledger.sent.set(statedKey(record), record);
  try {
    const body = [...batch];
    const { records } = await api.call(stateEvidence, { body }, idempotencyKey ? { idempotencyKey } : {});
    assert.equal(records.length, batch.length, 'each record is reported');
    for (const { position, outcome } of records) {
      const key = statedKey(batch[position - 1]!);
      ledger.told.set(key, [...(ledger.told.get(key) ?? []), outcome]);
    }
    return true;
  } catch (error) {
    noteRefusal(ledger, error);
    return false;
  }
}

/** What Node says of a connection that could not be made, and of one that broke within a reply. */
const BROKEN = ['fetch failed', 'terminated'];

/** What a client is told that may come again later. */
export const PASSING = ['unavailable', 'overloaded', 'conflict', 'rate-limited'];

/** A client gets one new token for a call; a clock that jumps twice in a moment ends that as well. */
const EXPIRED = /The access token has expired/;

/** Counts a refusal that passes, or a connection that broke; whatever else was thrown is a defect. */
export function noteRefusal(ledger: Pick<Ledger, 'refusals' | 'broken'>, error: unknown): void {
  if (error instanceof CallError) {
    const hasExpired = error.code === 'unauthenticated' && EXPIRED.test(error.message);
    const passes = hasExpired || PASSING.includes(error.code ?? '');
    assert.ok(passes, `a fault that passes was answered with ${error.message}`);
    assert.ok(hasExpired || (error.retryAfterSeconds ?? 0) >= 1, `${error.code} says when to come again`);
    ledger.refusals.set(error.code!, (ledger.refusals.get(error.code!) ?? 0) + 1);
  } else if (error instanceof TypeError && BROKEN.includes(error.message)) ledger.broken++;
  else throw error;
}

/** A client comes again sooner than it is asked to, so that a test takes no longer than it must. */
const PAUSE_MS = 100;

/** Sends batches, some at once, each again and again until its reply has arrived, by one way or the other. */
export async function sendAll(
  ways: readonly ApiClient[],
  ledger: Ledger,
  batches: readonly (readonly Stated[])[],
  { atOnce = 4, keys }: { readonly atOnce?: number; readonly keys?: string } = {},
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < batches.length; i = next++) {
      const key = keys === undefined ? undefined : `${keys}-${i}`;
      for (let tried = 0; !(await send(ways[(i + tried) % ways.length]!, ledger, batches[i]!, key)); tried++)
        await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
