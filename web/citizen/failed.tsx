import { useEffect, useRef } from 'react';
import { comeAgainAfterMs } from '../../api/come-again.ts';
import { Button } from '../ui/button.tsx';
import { Message } from '../ui/card.tsx';
import { useReading } from '../words/language.tsx';
import { isBusy } from './service.ts';

/** What stands there when nothing can be shown, and the way on. */
export function Failed({ why, onRetry }: { readonly why: string; readonly onRetry: () => void }) {
  const { words } = useReading();
  return (
    <div className="stack centred">
      <h1 className="spoken">{words.title}</h1>
      <Message kind="fault">{why}</Message>
      <Button kind="main" onPress={onRetry}>
        {words.retry}
      </Button>
    </div>
  );
}

/** What stands there while the service has too much to do: nobody has to press anything, and nothing is wrong with their network. */
export function Busy({ title: Title = 'strong' }: { readonly title?: 'strong' | 'h1' }) {
  const { words } = useReading();
  return (
    <div className="message wait" role="status">
      <span className="spinner wait-sign" aria-hidden="true" />
      <div className="wait-words">
        <Title>{words.busyTitle}</Title>
        <p className="quiet">{words.busyLead}</p>
      </div>
    </div>
  );
}

/** The same in the place of a whole screen. */
export function BusyScreen() {
  return (
    <div className="stack centred">
      <Busy title="h1" />
    </div>
  );
}

/**
 * Asks again by itself where the service has said that it has too much to do: after what it asks for, each time later, and not
 * when all the others do. Returns whether it will.
 */
export function useTryAgain(error: unknown, ask: () => void): boolean {
  const tried = useRef(0);
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (!isBusy(error)) {
      // While it is being asked there is no error either.
      if (error !== undefined) tried.current = 0;
      return;
    }
    const waitMs = comeAgainAfterMs(error.retryAfterSeconds, ++tried.current, Math.random());
    const timer = setTimeout(() => latest.current(), waitMs);
    return () => clearTimeout(timer);
  }, [error]);
  return isBusy(error);
}
