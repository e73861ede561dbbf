import { useState } from 'react';

/** Something that is sent when a button is pressed. */
export interface Sending {
  readonly isBusy: boolean;
  /** What went wrong with the last try. */
  readonly error: unknown;
  readonly send: (work: () => Promise<void>) => void;
}

/** Sends one thing at a time and keeps what went wrong. */
export function useSending(): Sending {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const send = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, send: (work) => void send(work) };
}
