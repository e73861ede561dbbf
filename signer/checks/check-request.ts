import { KEY_USES, type KeyUse } from '../../credential/trust/keys.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';
import type { Instant } from '../../domain/time.ts';
import { checkPass } from './check-pass.ts';
import { checkDelta, checkStatus } from './check-status.ts';
import { type Refused, refuse, type Signable } from './kinds.ts';

/** What a request is held to. */
export interface Limits {
  readonly now: Instant;
  readonly parameters: TrustParameters;
}

/** Whether a payload may be signed for a use. Nothing is signed that is not understood. */
export function checkRequest(
  use: KeyUse,
  payload: Uint8Array,
  { now, parameters }: Limits,
): Signable | Refused {
  switch (use) {
    case 'pass':
      return checkPass(payload, now, parameters);
    case 'status':
      return checkStatus(payload, now, parameters);
    case 'delta':
      return checkDelta(payload, now, parameters);
    default:
      return refuse('of a use that is not signed here');
  }
}

/** The use that has a number in a frame. */
export function useOf(number: number): KeyUse | undefined {
  return KEY_USES[number];
}
