import { useState } from 'react';
import { useReading } from '../words/language.tsx';
import { explain } from './service.ts';

/** Something that is sent when a button is pressed. */
export interface Sending {
  readonly isBusy: boolean;
  /** Why the last try did not go well, in words. */
  readonly fault: string | undefined;
  /** What was thrown then. */
  readonly error: unknown;
  readonly send: (work: () => Promise<void>) => void;
}

/** Sends one thing at a time and keeps what went wrong. */
export function useSending(): Sending {
  const { words } = useReading();
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
  return {
    isBusy,
    error,
    fault: error === undefined ? undefined : explain(error, words),
    send: (work) => void send(work),
  };
}
