import { useSyncExternalStore } from 'react';

/*
 * Whether this device is a bound phone. The keys themselves are elsewhere (`phone-store.ts`); this says whether to fetch what
 * handles them, so that whoever has bound no phone pays nothing for it.
 */

const NAME = 'phone';
const BOUND = 'bound';
const listeners = new Set<() => void>();

/** Whether this device is bound; follows what other tabs do. */
export function useIsBound(): boolean {
  return useSyncExternalStore(subscribe, isBound);
}

/** Whether this device is bound. */
export function isBound(): boolean {
  try {
    return localStorage.getItem(NAME) === BOUND;
  } catch {
    return false;
  }
}

/** Writes down whether this device is bound; other tabs hear of it. */
export function markBound(bound: boolean): void {
  try {
    if (bound) localStorage.setItem(NAME, BOUND);
    else localStorage.removeItem(NAME);
  } catch {
    // What may not be kept was not bound either.
  }
  for (const listener of listeners) listener();
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  window.addEventListener('storage', onChange);
  return () => {
    listeners.delete(onChange);
    window.removeEventListener('storage', onChange);
  };
}
