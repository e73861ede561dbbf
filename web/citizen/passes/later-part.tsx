import { fetchedLater } from '../fetched-later.tsx';
import { isBound } from '../phone/bound-flag.ts';

const fetchPart = () => import('./phone-part.tsx');

/** What has to do with phones and printed codes. */
export const LaterPart = fetchedLater(async () => (await fetchPart()).PhonePart);

/**
 * Ends this phone before its holder signs out, and all their phones when they sign out everywhere. Where that cannot be told
 * to the service, what this phone keeps goes all the same.
 */
export async function leavePhones(everywhere: boolean): Promise<void> {
  if (!everywhere && !isBound()) return;
  const { leavePhones: leave } = await fetchPart();
  await leave(everywhere).catch(() => undefined);
}

/** Deletes what this phone keeps, when its code was given up, here or elsewhere. */
export async function forgetPhone(): Promise<void> {
  if (isBound()) await (await fetchPart()).forgetThisPhone();
}
