import { markBound } from './bound-flag.ts';
import { dropPages } from './kept-pages.ts';
import { forgetPhone } from './phone-store.ts';

/** Deletes the keys, the passes and the pages that this phone keeps. */
export async function forgetThisPhone(): Promise<void> {
  await forgetPhone().catch(() => undefined);
  await dropPages();
  markBound(false);
}
