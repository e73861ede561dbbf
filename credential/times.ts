import { DAY_MS, type Instant } from '../domain/time.ts';
import type { Pass } from './pass.ts';
import { type Refusal, refused } from './refusals.ts';
import { endOfEpoch, startOfEpoch } from './trust/epochs.ts';
import type { KnownKey } from './trust/keys.ts';
import type { TrustParameters } from './trust/parameters.ts';

/** A picture older than this is spoken of as a clock that may be wrong. */
const CLOCK_SUSPECTED_MS = 120_000;

/** Whether a key counts now, and counted when it signed. */
export function keyRefusal(
  { notBefore, notAfter, revokedAt }: KnownKey,
  { issuedAt }: Pass,
  now: Instant,
  parameters: TrustParameters,
): Refusal | undefined {
  const drift = parameters.clockDriftSeconds * 1_000;
  if (revokedAt !== undefined && now >= revokedAt) return refused('key-revoked');
  if (now + drift < notBefore || issuedAt < notBefore) return refused('key-not-yet');
  return now >= notAfter || issuedAt >= notAfter ? refused('key-expired') : undefined;
}

/** Whether a pass counts now: from its issue to its expiry, and bound to a phone only within its epoch. */
export function passRefusal(pass: Pass, now: Instant, parameters: TrustParameters): Refusal | undefined {
  const drift = parameters.clockDriftSeconds * 1_000;
  if (pass.expiresAt - pass.issuedAt > longestMs(pass, parameters)) return refused('unreadable');
  if (pass.form === 'online' || pass.form === 'paper') {
    if (now >= pass.expiresAt) return refused('expired');
    return now + drift < pass.issuedAt ? refused('not-yet') : undefined;
  }
  if (pass.expiresAt > endOfEpoch(pass.epoch, parameters)) return refused('wrong-epoch');
  if (now >= pass.expiresAt + drift) return refused('expired');
  const starts = Math.max(pass.issuedAt, startOfEpoch(pass.epoch, parameters));
  return now + drift < starts ? refused('not-yet') : undefined;
}

/** Whether a phone showed it just now. Whose clock is wrong, nobody can tell from a text. */
export function showingRefusal(
  shownAt: Instant,
  now: Instant,
  { clockDriftSeconds, showSeconds }: TrustParameters,
): Refusal | undefined {
  const age = now - shownAt;
  const offsetSeconds = Math.round(-age / 1_000);
  if (age < -clockDriftSeconds * 1_000 || age > CLOCK_SUSPECTED_MS)
    return refused('phone-clock', offsetSeconds);
  return age >= showSeconds * 1_000 ? refused('shown-too-long-ago') : undefined;
}

/** How long a pass may live: longer ones are none of ours, whoever signed them. */
function longestMs({ form }: Pass, parameters: TrustParameters): number {
  if (form === 'online') return parameters.onlineSeconds * 1_000;
  // To the end of its last day.
  if (form === 'paper') return (parameters.paperDays + 1) * DAY_MS;
  return (parameters.epochsAhead + 1) * parameters.epochSeconds * 1_000;
}
