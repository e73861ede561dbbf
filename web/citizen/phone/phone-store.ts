import type { Instant } from '../../../domain/time.ts';
import type { Offset } from './phone-clock.ts';

/** A key that was made here. The browser signs with it and gives it to nobody. */
export interface PhoneKey {
  readonly privateKey: CryptoKey;
  /** A compressed point on P-256, base64url. */
  readonly publicKey: string;
}

/** A signed pass (COSE_Sign1), and for whom: persons in order, joined by `,`; empty for the holder alone. */
export interface KeptPass {
  readonly company: string;
  readonly pass: Uint8Array;
}

/** What is kept for one epoch. */
export interface KeptEpoch {
  readonly epoch: number;
  readonly key: PhoneKey;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly passes: readonly KeptPass[];
}

/** Somebody who is shown together with the holder. */
export interface Companion {
  readonly personId: string;
  /** Masked. */
  readonly name: string;
}

/** Whose code it is, masked: what the code of an account says, so that a phone notices another account. */
export interface Holder {
  readonly name: string;
  readonly document: string;
}

/** All that a bound phone keeps. */
export interface KeptPhone {
  readonly phoneId: string;
  readonly holder: Holder;
  readonly key: PhoneKey;
  readonly epochs: readonly KeptEpoch[];
  /** Who is shown together with the holder, if it is not the holder alone. */
  readonly companions: readonly Companion[];
  readonly showSeconds: number;
  /** When to ask for passes again, by the clock of the service. */
  readonly renewAt: Instant;
  readonly offset: Offset;
}

const DATABASE = 'healthcode-phone';
const STORE = 'phone';
const PHONE = 'phone';
const TRIAL = 'trial';

/** What this phone keeps; undefined when it is not bound. */
export async function readPhone(): Promise<KeptPhone | undefined> {
  return inStore('readonly', (store) => store.get(PHONE) as IDBRequest<KeptPhone | undefined>);
}

/** Keeps a phone that was just bound, instead of whatever there was. */
export async function keepPhone(phone: KeptPhone): Promise<void> {
  await inStore('readwrite', (store) => store.put(phone, PHONE));
}

/**
 * Changes what is kept, in one step: what another tab has written meanwhile is there, and what it has forgotten stays
 * forgotten. Returns what is kept now.
 */
export async function changePhone(change: (phone: KeptPhone) => KeptPhone): Promise<KeptPhone | undefined> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, 'readwrite');
    const store = transaction.objectStore(STORE);
    let changed: KeptPhone | undefined;
    const read = store.get(PHONE) as IDBRequest<KeptPhone | undefined>;
    read.onsuccess = () => {
      if (!read.result) return;
      changed = change(read.result);
      store.put(changed, PHONE);
    };
    transaction.oncomplete = () => resolve(changed);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Deletes keys and passes. */
export async function forgetPhone(): Promise<void> {
  await inStore('readwrite', (store) => store.clear());
}

/** Whether this browser keeps keys: some do not in a private window. */
export async function keepsKeys(key: PhoneKey): Promise<boolean> {
  try {
    await inStore('readwrite', (store) => store.put(key, TRIAL));
    await inStore('readwrite', (store) => store.delete(TRIAL));
    return true;
  } catch {
    return false;
  }
}

let opened: Promise<IDBDatabase> | undefined;

/** @throws whatever the browser says when it keeps nothing */
function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => {
      request.result.onclose = () => {
        opened = undefined;
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return opened;
}

async function inStore<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}
