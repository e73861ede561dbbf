import { useEffect, useRef } from 'react';
import { CallError } from '../../../api/call.ts';
import { SIGN_IN_AGAIN } from '../service.ts';
import { addressOf } from '../use-page.ts';

/** Whether the service asks for a sign-in of the last minutes first. */
export function asksForSignIn(error: unknown): boolean {
  return error instanceof CallError && error.status === 401;
}

/** Signs in anew and comes back to a page, which then goes on by {@link useOnceSignedIn}. */
export function signInFor(page: string): void {
  remember(page);
  location.assign(SIGN_IN_AGAIN.replace('to=/', `to=${encodeURIComponent(`/${addressOf(page)}`)}`));
}

const NAME = 'signed-in-for';

/** Goes on by itself, once, with what somebody has just signed in for. */
export function useOnceSignedIn(page: string, goOn: () => void): void {
  const isTold = useRef(false);
  useEffect(() => {
    if (isTold.current) return;
    isTold.current = true;
    if (signedInFor(page)) goOn();
  });
}

function signedInFor(page: string): boolean {
  try {
    const isIt = sessionStorage.getItem(NAME) === page;
    sessionStorage.removeItem(NAME);
    return isIt;
  } catch {
    return false;
  }
}

/** Where nothing may be remembered, the button is pressed once more. */
function remember(page: string): void {
  try {
    sessionStorage.setItem(NAME, page);
  } catch {}
}
