import type { Pass } from '../../credential/pass.ts';
import { decodePass } from '../../credential/passes.ts';
import { endOfEpoch, epochAt } from '../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';
import { DAY_MS, type Instant } from '../../domain/time.ts';
import { type Refused, refuse, type Signable } from './kinds.ts';

/** A pass waits a little before it is signed, when there is much to do. */
const LATEST_MS = 30_000;

/**
 * Whether a pass may be signed now: it is one, it was issued now by the clock of the signer, and it does not count longer
 * than its form may. So whoever gets hold of the service cannot make codes that outlive that.
 */
export function checkPass(
  payload: Uint8Array,
  now: Instant,
  parameters: TrustParameters,
): Signable | Refused {
  const pass = decodePass(payload);
  if (!pass) return refuse('no pass');
  const driftMs = parameters.clockDriftSeconds * 1_000;
  if (pass.issuedAt > now + driftMs) return refuse('issued in the future');
  if (pass.issuedAt < now - LATEST_MS) return refuse('issued in the past');
  if (pass.expiresAt > latestEnd(pass, parameters)) return refuse('counts longer than its form may');
  if (pass.form === 'paper') return { kind: 'paper', epoch: 0, number: 0 };
  const ahead = pass.form === 'online' ? 0 : parameters.epochsAhead;
  const first = epochAt(now - driftMs - LATEST_MS, parameters);
  const last = epochAt(now + driftMs, parameters) + ahead;
  if (pass.epoch < first || pass.epoch > last) return refuse('of an epoch that is not due');
  return { kind: pass.form, epoch: pass.epoch, number: 0 };
}

function latestEnd(pass: Pass, parameters: TrustParameters): Instant {
  switch (pass.form) {
    case 'online':
      return pass.issuedAt + parameters.onlineSeconds * 1_000;
    case 'holder':
    case 'group':
      return endOfEpoch(pass.epoch, parameters);
    case 'paper':
      return pass.issuedAt + parameters.paperDays * DAY_MS;
  }
}
