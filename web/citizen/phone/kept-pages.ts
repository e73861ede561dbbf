/** Where the worker lies that keeps the pages of a bound phone (`web/citizen/worker`). */
const WORKER = '/worker.js';
const CACHES = 'healthcode-';

interface TrustedTypes {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScriptURL: () => string },
  ) => { readonly createScriptURL: (text: string) => string };
}

/** Makes the pages open without a network. A browser that has no workers goes on without. */
export async function keepPages(): Promise<void> {
  try {
    await navigator.serviceWorker?.register(workerAddress(), { updateViaCache: 'none' });
  } catch {
    // The phone then shows its pass for as long as the page stays open.
  }
}

/** Deletes the pages that were kept. */
export async function dropPages(): Promise<void> {
  try {
    const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    await Promise.all(registrations.map((one) => one.unregister()));
    const names = (await caches.keys()).filter((name) => name.startsWith(CACHES));
    await Promise.all(names.map((name) => caches.delete(name)));
  } catch {
    // Where nothing may be kept, nothing is.
  }
}

let address: string | undefined;

/** The policy of the pages trusts this one address, and a maker that looks at nothing it is given. */
function workerAddress(): string {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes };
  address ??= trustedTypes
    ? trustedTypes.createPolicy('healthcode-worker', { createScriptURL: () => WORKER }).createScriptURL('')
    : WORKER;
  return address;
}
