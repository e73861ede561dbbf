import type { Address } from '../../../api/call.ts';
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
