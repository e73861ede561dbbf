import { useEffect, useRef } from 'react';
import { Button } from '../../ui/button.tsx';

interface Props {
  readonly children: string;
  readonly yes: string;
  readonly no: string;
  readonly isBusy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks before something is done that nothing undoes. What it asks is read out, and has the focus. */
export function Question({ children, yes, no, isBusy, onYes, onNo }: Props) {
  const asked = useRef<HTMLParagraphElement>(null);
  useEffect(() => asked.current?.focus(), []);
  return (
    <div className="question">
      <p ref={asked} tabIndex={-1}>
        {children}
      </p>
      <div className="pair">
        <Button onPress={onNo}>{no}</Button>
        <Button kind="grave" isBusy={isBusy} onPress={onYes}>
          {yes}
        </Button>
      </div>
    </div>
  );
}
