import { type Address, CallError } from '../../../api/call.ts';
import type * as cards from '../../../api/passes/cards.ts';
import type * as phones from '../../../api/passes/phones.ts';

/* What is called about phones and printed codes; see `service.ts`. */
export const listPhones: Address<typeof phones.listPhones> = { method: 'GET', path: '/me/phones' };
export const bindPhone: Address<typeof phones.bindPhone> = { method: 'POST', path: '/me/phones' };
export const removePhone: Address<typeof phones.removePhone> = {
  method: 'DELETE',
  path: '/me/phones/:phoneId',
};
export const fetchPasses: Address<typeof phones.fetchPasses> = {
  method: 'POST',
  path: '/me/phones/:phoneId/passes',
};
export const showMyCard: Address<typeof cards.showMyCard> = { method: 'GET', path: '/me/card' };
export const issueMyCard: Address<typeof cards.issueMyCard> = { method: 'POST', path: '/me/card' };
export const cancelMyCard: Address<typeof cards.cancelMyCard> = { method: 'DELETE', path: '/me/card' };

/** The sheet to print. */
export const MY_CARD_SHEET: `/api/v1${typeof cards.MY_CARD_SHEET_PATH}` = '/api/v1/me/card/sheet';

/** Passes are held for many hours, so that nobody has to come back soon. */
const SHORTEST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * How long to wait before passes are fetched again after so many tries that failed before this one. What is refused for good will
 * be refused again; where somebody has to sign in first, the page begins anew after that.
 *
 * @param chance from 0 to 1
 */
export function pauseAfterMs(error: unknown, failures: number, chance: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures);
  const withChance = pause * (0.5 + chance / 2);
  if (!(error instanceof CallError)) return withChance;
  if (error.status === 401 || error.status === 403) return Number.POSITIVE_INFINITY;
  const asked = (error.retryAfterSeconds ?? 0) * 1_000;
  const isFinal = error.status < 500 && error.code !== 'rate-limited';
  // Phones that were told the same second do not come back in it together.
  return isFinal ? Math.max(LONGEST_PAUSE_MS, asked) : asked + withChance;
}
