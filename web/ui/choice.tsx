import { useId } from 'react';
import { FieldError } from './field.tsx';

interface YesNoProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly error?: string | undefined;
  /** Undefined before it is answered: nobody is helped by an answer that was there already. */
  readonly value: boolean | undefined;
  readonly onChange: (value: boolean) => void;
}

/** A question with two answers. */
export function YesNo({ question, yes, no, error, value, onChange }: YesNoProps) {
  const id = useId();
  return (
    <fieldset className="field" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>{question}</legend>
      <div className="pair">
        {([true, false] as const).map((answer) => (
          <label key={String(answer)} className="choice">
            <input
              type="radio"
              name={id}
              checked={value === answer}
              aria-invalid={Boolean(error)}
              onChange={() => onChange(answer)}
            />
            <span>{answer ? yes : no}</span>
          </label>
        ))}
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </fieldset>
  );
}

interface TickProps {
  readonly label: string;
  readonly error?: string | undefined;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

/** A box to tick. */
export function Tick({ label, error, value, onChange }: TickProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="tick">
        <input
          type="checkbox"
          checked={value}
          aria-invalid={Boolean(error)}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}
