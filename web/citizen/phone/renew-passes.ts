import { fetchingProof } from '../../../api/passes/phone-proofs.ts';
import type { Epoch } from '../../../api/passes/phones.ts';
import { type Instant, parseInstant } from '../../../domain/time.ts';
import { readClocks } from '../code/follow-my-code.ts';
import { call } from '../service.ts';
import { fromBase64url } from './base64url.ts';
import { forgetThisPhone } from './forget-this-phone.ts';
import type { PhoneClock } from './phone-clock.ts';
import { makeKey, proofOf } from './phone-keys.ts';
import { fetchPasses, listPhones } from './phone-service.ts';
import { changePhone, type KeptEpoch, type KeptPhone } from './phone-store.ts';
import { companyOf } from './show-pass.ts';
import { signedAtOf } from './signed-time.ts';

/** Whether passes have to be fetched: it is time, or those of the epoch or of the chosen company are missing. */
export function needsRenewal(phone: KeptPhone, now: Instant): boolean {
  const company = companyOf(phone.companions);
  const current = phone.epochs.find(({ startsAt, endsAt }) => startsAt <= now && now < endsAt);
  return now >= phone.renewAt || !current?.passes.some((pass) => pass.company === company);
}

/**
 * Fetches passes for the epochs that the service names, for the holder alone and for the company that is chosen; keys and
 * passes of other epochs go. What is kept is changed step by step, so that a break in between loses nothing.
 *
 * @throws {CallError} when the service refuses; `TypeError` when it cannot be reached, or gives what is no pass
 */
export async function renewPasses(phone: KeptPhone, clock: PhoneClock): Promise<void> {
  const { phones, epochs: named, asOf } = await call(listPhones, {});
  if (!phones.some(({ phoneId }) => phoneId === phone.phoneId)) return forgetThisPhone();
  const asking = { phone, clock, askedAt: asOf, epochs: await withKeys(phone, named) };
  const companies = [...new Set(['', companyOf(phone.companions)])];
  for (const company of companies) await renewFor(asking, company);
  await changePhone((kept) => ({
    ...kept,
    epochs: kept.epochs.map((epoch) => ({
      ...epoch,
      passes: epoch.passes.filter((pass) => companies.includes(pass.company)),
    })),
  }));
}

/** The keys for the epochs that are named. Two tabs that make them at once end with the same. */
async function withKeys(phone: KeptPhone, named: readonly Epoch[]): Promise<readonly KeptEpoch[]> {
  const missing = named.filter(({ epoch }) => !phone.epochs.some((kept) => kept.epoch === epoch));
  const made = await Promise.all(
    missing.map(async ({ epoch }) => ({ epoch, key: await makeKey(), passes: [] })),
  );
  const kept = await changePhone((before) => ({
    ...before,
    epochs: named.flatMap(({ epoch, startsAt, endsAt }) => {
      const found = [...before.epochs, ...made].find((one) => one.epoch === epoch);
      return found ? [{ ...found, startsAt: parseInstant(startsAt), endsAt: parseInstant(endsAt) }] : [];
    }),
  }));
  return kept?.epochs ?? [];
}

interface Asking {
  readonly phone: KeptPhone;
  readonly clock: PhoneClock;
  /** By the service: what this phone takes for the time may be wrong. */
  readonly askedAt: string;
  readonly epochs: readonly KeptEpoch[];
}

async function renewFor({ phone, clock, askedAt, epochs }: Asking, company: string): Promise<void> {
  const keys = epochs.map(({ epoch, key }) => ({ epoch, publicKey: key.publicKey }));
  if (keys.length === 0) return;
  const companions = company === '' ? [] : company.split(',');
  const texts = keys.map(({ publicKey }) => publicKey);
  const proof = await proofOf(phone.key, fetchingProof(phone.phoneId, askedAt, texts, companions));
  const params = { phoneId: phone.phoneId };
  const sent = readClocks();
  const reply = await call(fetchPasses, { params, body: { keys, companions, askedAt, proof } });
  const received = readClocks();
  const passes = new Map(reply.passes.map(({ epoch, pass }) => [epoch, fromBase64url(pass)]));
  const offset = clock.compare(
    { signedAt: signedAtOfAll(passes), asOf: parseInstant(reply.asOf) },
    sent,
    received,
  );
  await changePhone((kept) => ({
    ...kept,
    offset,
    showSeconds: reply.showSeconds,
    renewAt: clock.now() + reply.refreshAfterSeconds * 1_000,
    epochs: kept.epochs.map((epoch) => withPass(epoch, company, passes.get(epoch.epoch))),
  }));
}

/** When the passes of one reply were signed. */
function signedAtOfAll(passes: ReadonlyMap<number, Uint8Array>): Instant {
  const [first, ...others] = [...passes.values()].map(signedAtOf);
  if (first === undefined || others.some((other) => other !== first))
    throw new TypeError('these are no passes');
  return first;
}

function withPass(kept: KeptEpoch, company: string, pass: Uint8Array | undefined): KeptEpoch {
  if (!pass) return kept;
  return { ...kept, passes: [...kept.passes.filter((one) => one.company !== company), { company, pass }] };
}
