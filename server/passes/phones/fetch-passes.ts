import { fetchingProof } from '../../../api/passes/phone-proofs.ts';
import type { fetchPasses as fetchPassesRoute } from '../../../api/passes/phones.ts';
import type { Part } from '../../../api/route.ts';
import { endOfEpoch } from '../../../credential/trust/epochs.ts';
import type { Document } from '../../../domain/people/document.ts';
import { DAY_MS, type Instant, parseInstant, printInstant } from '../../../domain/time.ts';
import { documentsOf } from '../../people/documents-of.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { type Bearer, chanceBetween } from '../issuing.ts';
import { withoutCode } from '../without-code.ts';
import { openEpochs } from './open-epochs.ts';
import { type PhoneParts, personShownBy } from './phone-parts.ts';
import { invalid, mustBeProved, readPublicKey } from './proofs.ts';
import { noSuchPhone } from './remove-phone.ts';
import { livePhones, noteFetching, type PhoneRow } from './store.ts';

type Asked = Part<typeof fetchPassesRoute, 'body'>;
type Fetched = Part<typeof fetchPassesRoute, 'reply'>;

/**
 * Issues passes to a bound phone, one for each key. They are bound to keys that only this phone has: the reply is worth
 * nothing to anybody else, and a request that is sent again within {@link ASKED_WITHIN_MS} fetches nothing that the first
 * one did not.
 *
 * @throws {Problem} `not-found` for a phone that is not one of the account, `invalid` without its proof or for another
 *   epoch, `conflict` without a code, or with companions who are none
 */
export async function fetchPasses(
  parts: PhoneParts,
  session: Pick<CitizenSession, 'accountId' | 'personId'>,
  phoneId: string,
  asked: Asked,
): Promise<Fetched> {
  const { database, clock, issuing } = parts;
  const now = clock();
  const personId = await personShownBy(parts, session);
  const phone = (await livePhones(database, personId)).find((one) => one.phoneId === phoneId);
  if (phone?.accountId !== session.accountId) throw noSuchPhone();
  const keys = readKeys(parts, phone, asked, now);
  const bearers = await bearersOf(parts, phone, asked.companions);
  const shown = [personId, ...asked.companions];
  const mark = (await needNewerLists(parts, bearers, shown, now)) ? { needsNewerLists: true as const } : {};
  const passes = await Promise.all(
    keys.map(async ({ epoch, publicKey }) =>
      printPass(epoch, await issuing.bound(bearers, { epoch, holderKey: publicKey, ...mark }, now)),
    ),
  );
  if (now - (phone.lastFetchedAt ?? 0) >= DAY_MS) await noteFetching(database, phone, now);
  const { showSeconds } = issuing.parameters();
  return {
    passes,
    showSeconds,
    refreshAfterSeconds: refreshAfter(parts, keys, now),
    asOf: printInstant(now),
  };
}

interface EpochKey {
  readonly epoch: number;
  readonly publicKey: Buffer;
}

/** A request that was recorded is refused after this. */
const ASKED_WITHIN_MS = 300_000;

/** The keys that the phone has asked passes for; it has signed all of the request but the epochs, which follow from its time. */
function readKeys({ issuing }: PhoneParts, phone: PhoneRow, asked: Asked, now: Instant): EpochKey[] {
  const { keys, companions, askedAt, proof } = asked;
  const parameters = issuing.parameters();
  const texts = keys.map(({ publicKey }) => publicKey);
  mustBeProved(phone.publicKey, fetchingProof(phone.phoneId, askedAt, texts, companions), proof);
  const at = parseInstant(askedAt);
  if (!(now - at <= ASKED_WITHIN_MS && at - now <= parameters.clockDriftSeconds * 1_000))
    throw invalid('/askedAt', 'is not now: ask with `asOf` of a reply of this moment');
  const open = openEpochs(now, parameters);
  return keys.map(({ epoch, publicKey }, i) => {
    if (!open.includes(epoch))
      throw invalid(`/keys/${i}/epoch`, 'is not one of the epochs that can be fetched now');
    if (keys.findIndex((one) => one.epoch === epoch) !== i)
      throw invalid(`/keys/${i}/epoch`, 'is there already');
    if (texts.indexOf(publicKey) !== i) throw invalid(`/keys/${i}/publicKey`, 'is there already');
    return { epoch, publicKey: readPublicKey(publicKey, `/keys/${i}/publicKey`) };
  });
}

/** The phone and whoever is shown together with its holder. */
async function bearersOf(
  { database, keys, accounts, slots }: PhoneParts,
  { personId, accountId, slot }: PhoneRow,
  companions: readonly string[],
): Promise<[Bearer, ...Bearer[]]> {
  const wards = companions.length > 0 ? await accounts.wardsOf(accountId) : [];
  for (const [i, companion] of companions.entries())
    if (!wards.some((ward) => ward.personId === companion) || companions.indexOf(companion) !== i)
      throw invalid(`/companions/${i}`, 'is nobody whose code this account shows besides');
  const documents = await documentsOf(database, keys, [personId, ...companions]);
  const documentOf = (whose: string): Document => {
    const document = documents.get(whose);
    if (!document) throw withoutCode();
    return document;
  };
  const shown = companions.map(async (one) => ({
    slot: await slots.personSlot(one),
    document: documentOf(one),
  }));
  return [{ slot, document: documentOf(personId) }, ...(await Promise.all(shown))];
}

/** So long after a slot was given lists of that very instant may not know it yet. */
const UNLISTED_MS = 60_000;

/**
 * Whether a gate must not go by lists that are older than the passes: there may be some from before a slot was given, in which it is
 * green like all that nobody bears, and whoever bears it is not green. So nobody turns green by binding another phone.
 */
async function needNewerLists(
  { slots, readColour, issuing }: PhoneParts,
  bearers: readonly Bearer[],
  personIds: readonly string[],
  now: Instant,
): Promise<boolean> {
  const known = now - issuing.parameters().statusStaleSeconds * 1_000 - UNLISTED_MS;
  const needed = bearers.map(async ({ slot }, i) => {
    const given = await slots.bearerOf(slot);
    if (given && given.addedAt < known) return false;
    const colour = await readColour(personIds[i]!, now);
    return colour !== 'green' && colour !== 'nothing-known';
  });
  return (await Promise.all(needed)).some((each) => each);
}

function printPass(epoch: number, pass: Uint8Array): Fetched['passes'][number] {
  return { epoch, pass: Buffer.from(pass).toString('base64url') };
}

/** Long before the passes run out, and at different times, so that not all phones come when an epoch begins. */
function refreshAfter({ issuing }: PhoneParts, keys: readonly EpochKey[], now: Instant): number {
  const parameters = issuing.parameters();
  const lasts = endOfEpoch(Math.max(...keys.map(({ epoch }) => epoch)), parameters) - now;
  const latest = Math.min(parameters.epochSeconds, lasts / 2_000);
  return chanceBetween(latest / 2, latest);
}
