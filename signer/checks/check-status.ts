import { decodeStatus } from '../../credential/status/payloads.ts';
import { decodeTokenClaims, TOKEN_TYPE } from '../../credential/status/token.ts';
import { endOfEpoch, epochAt } from '../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';
import type { Instant } from '../../domain/time.ts';
import { type Refused, refuse, type Signable } from './kinds.ts';

/** A delta may hold from the next look on, and a base be of then. */
const AHEAD_MS = 120_000;
/** A head that waited longer than this says nothing any more. */
const OLDEST_HEAD_MS = 600_000;

/** Whether a base list, or a token of it, may be signed now: of an epoch that lasts, or that is soon. */
export function checkStatus(
  payload: Uint8Array,
  now: Instant,
  parameters: TrustParameters,
): Signable | Refused {
  const list = decodeStatus(payload);
  if (list?.kind === 'base') {
    const { epoch, at } = list;
    if (at > now + AHEAD_MS) return refuse('of the future');
    return isDue(epoch, now, parameters)
      ? { kind: 'base', epoch, number: 0 }
      : refuse('of an epoch that is not due');
  }
  if (list) return refuse('no base list');
  const token = decodeTokenClaims(payload);
  if (!token) return refuse('no base list and no token');
  const last = endOfEpoch(latestEpoch(now, parameters), parameters);
  if (token.expiresAt === undefined || token.expiresAt > last) return refuse('counts longer than it may');
  return { kind: 'token', epoch: 0, number: 0, type: TOKEN_TYPE };
}

/** Whether a delta, the sum of some, or the head may be signed now. */
export function checkDelta(
  payload: Uint8Array,
  now: Instant,
  parameters: TrustParameters,
): Signable | Refused {
  const list = decodeStatus(payload);
  if (!list || list.kind === 'base') return refuse('no delta, sum or head');
  if (list.kind === 'head') {
    const isNow = list.at > now - OLDEST_HEAD_MS && list.at <= now + parameters.clockDriftSeconds * 1_000;
    return isNow ? { kind: 'head', epoch: 0, number: 0 } : refuse('of another time');
  }
  const { kind, epoch, number, holdsFrom } = list;
  if (holdsFrom > now + AHEAD_MS) return refuse('of the future');
  if (!isDue(epoch, now, parameters)) return refuse('of an epoch that is not due');
  return kind === 'sum' ? { kind, epoch, number: 0 } : { kind, epoch, number };
}

function isDue(epoch: number, now: Instant, parameters: TrustParameters): boolean {
  return epoch >= epochAt(now, parameters) - 1 && epoch <= latestEpoch(now, parameters);
}

function latestEpoch(now: Instant, parameters: TrustParameters): number {
  return epochAt(now, parameters) + parameters.epochsAhead + 1;
}
