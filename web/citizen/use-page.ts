import { useSyncExternalStore } from 'react';

/** The page that the address names behind `#/`; empty for the first. */
export function usePage(): string {
  return useSyncExternalStore(subscribe, current);
}

/** The address of a page. */
export function addressOf(page: string): string {
  return `#/${page}`;
}

/** Goes to a page; the way back leads here. */
export function goTo(page: string): void {
  location.hash = addressOf(page);
}

function current(): string {
  return location.hash.replace(/^#\/?/, '');
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}
