import type * as sessions from '../../api/accounts/sessions.ts';
import type * as applications from '../../api/applications/applications.ts';
import type * as wards from '../../api/applications/wards.ts';
import { type Address, CallError, type CallOptions, replyOf, requestFor } from '../../api/call.ts';
import type * as codes from '../../api/codes/my-code.ts';
import type * as cards from '../../api/passes/cards.ts';
import type * as phones from '../../api/passes/phones.ts';
import type * as places from '../../api/places/areas.ts';
import type { Input, Part, Route } from '../../api/route.ts';
import type { Words } from '../words/words.ts';

/*
 * The routes that these pages call: their types come from `api/`, their schemas stay behind, as a browser needs none.
 * The compiler holds each address to the declared one.
 */
export const describeSession: Address<typeof sessions.describeSession> = { method: 'GET', path: '/session' };
export const signOut: Address<typeof sessions.signOut> = { method: 'POST', path: '/sign-out' };
export const showMyCode: Address<typeof codes.showMyCode> = { method: 'GET', path: '/me/code' };
export const showMyHistory: Address<typeof codes.showMyHistory> = { method: 'GET', path: '/me/history' };
export const showMyLooks: Address<typeof codes.showMyLooks> = { method: 'GET', path: '/me/looks' };
export const showWardCode: Address<typeof codes.showWardCode> = {
  method: 'GET',
  path: '/me/wards/:personId/code',
};
export const applyForCode: Address<typeof applications.applyForCode> = { method: 'POST', path: '/me/code' };
export const declare: Address<typeof applications.declare> = { method: 'PUT', path: '/me/declaration' };
export const changeContact: Address<typeof applications.changeContact> = {
  method: 'PUT',
  path: '/me/contact',
};
export const withdraw: Address<typeof applications.withdraw> = { method: 'POST', path: '/me/withdrawal' };
export const contestRecovery: Address<typeof applications.contestRecovery> = {
  method: 'POST',
  path: '/me/recoveries/:caseId/contest',
};
export const listWards: Address<typeof wards.listWards> = { method: 'GET', path: '/me/wards' };
export const askForWard: Address<typeof wards.askForWard> = { method: 'POST', path: '/me/wards' };
export const listAreasInForce: Address<typeof places.listAreasInForce> = { method: 'GET', path: '/areas' };

type Routes =
  | typeof sessions
  | typeof applications
  | typeof codes
  | typeof places
  | typeof wards
  | typeof phones
  | typeof cards;
type Declared = Extract<Routes extends infer M ? (M extends unknown ? M[keyof M] : never) : never, Route>;
/** The route that an address belongs to. */
type RouteAt<A extends Address<Route>> = Extract<Declared, A>;

export const MY_EVENTS: `/api/v1${typeof codes.MY_EVENTS_PATH}` = '/api/v1/me/events';
/** Where signing in begins; it ends on this page. */
export const SIGN_IN: `/api/v1${typeof sessions.SIGN_IN_PATH}?as=citizen&to=/` =
  '/api/v1/sign-in?as=citizen&to=/';

/** The same for somebody who must show again who they are. */
export const SIGN_IN_AGAIN = `${SIGN_IN}&fresh=true`;

/**
 * Calls the service as whoever is signed in: the cookie goes along.
 *
 * @throws {CallError} when the service replies with a problem; `TypeError` when it cannot be reached
 */
export async function call<const A extends Address<Route>>(
  address: A,
  input: Input<RouteAt<A>>,
  options: CallOptions = {},
): Promise<Part<RouteAt<A>, 'reply'>> {
  return replyOf<RouteAt<A>>(await fetch(requestFor(location.origin, address, input, options)));
}

/** Whether the service has too much to do, and said so. */
export function isBusy(error: unknown): error is CallError {
  return error instanceof CallError && error.code === 'overloaded';
}

/** What says that nothing answers behind it, or not now. */
const AWAY = [502, 503, 504];

/** Whether the service could not be reached or cannot answer now, so that nothing was said about what was asked. */
export function isAway(error: unknown): boolean {
  if (error instanceof CallError) return AWAY.includes(error.status);
  // What `fetch` throws without a network, and when it is given up.
  return error instanceof TypeError || error instanceof DOMException;
}

/** Why something did not go well, in words. */
export function explain(error: unknown, words: Words): string {
  if (!(error instanceof CallError)) return words.offline;
  return words.problems[error.code ?? 'unavailable'];
}
