import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

interface TextProps extends FieldProps {
  readonly type?: 'text' | 'tel' | 'date' | 'search';
  readonly autoComplete?: string;
  readonly maxLength?: number;
  /** Capitals, without help of the keyboard: for numbers of documents. */
  readonly isCode?: boolean;
  readonly min?: string;
  readonly max?: string;
}

/** A line of text. */
export function TextField({ type = 'text', isCode = false, ...props }: TextProps) {
  const { label, hint, error, value, onChange, ...rest } = props;
  return (
    <Field {...{ label, hint, error }}>
      {(described) => (
        <input
          {...described}
          {...rest}
          type={type}
          value={value}
          className="input"
          spellCheck={false}
          autoCapitalize={isCode ? 'characters' : 'off'}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps extends FieldProps {
  readonly options: readonly (readonly [value: string, label: string])[];
  /** What stands there before anything is chosen. */
  readonly empty: string;
}

/** One of a list. */
export function SelectField({ label, hint, error, value, onChange, options, empty }: SelectProps) {
  return (
    <Field {...{ label, hint, error }}>
      {(described) => (
        <select
          {...described}
          className="input"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        >
          <option value="">{empty}</option>
          {options.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface Described {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid': boolean;
}

function Field(props: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly children: (described: Described) => ReactNode;
}) {
  const { label, hint, error, children } = props;
  const id = useId();
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({ id, 'aria-invalid': Boolean(error), ...(about && { 'aria-describedby': about }) })}
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

/** What is wrong with a field; nothing when nothing is. */
export function FieldError({ id, error }: { readonly id: string; readonly error: string | undefined }) {
  if (!error) return null;
  return (
    <p className="error" id={id}>
      {error}
    </p>
  );
}
