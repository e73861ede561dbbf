import type { ReactNode } from 'react';

interface Looks {
  /** What the screen is for, something beside it, or what cannot be taken back. */
  readonly kind?: 'main' | 'plain' | 'grave';
  readonly children: ReactNode;
}

interface ButtonProps extends Looks {
  readonly onPress?: () => void;
  /** What is heard, where what is seen says too little. */
  readonly label?: string;
  readonly isBusy?: boolean;
  /** Sends the form that it stands in. */
  readonly sends?: boolean;
}

/** Something that can be done here. While it is being done it cannot be done again. */
export function Button({
  kind = 'plain',
  children,
  onPress,
  label,
  isBusy = false,
  sends = false,
}: ButtonProps) {
  return (
    <button
      type={sends ? 'submit' : 'button'}
      className={`button ${kind}`}
      aria-disabled={isBusy}
      aria-busy={isBusy}
      aria-label={label}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}

/** A way to another address, which looks like a button. */
export function LinkButton({ kind = 'plain', children, to }: Looks & { readonly to: string }) {
  return (
    <a className={`button ${kind}`} href={to}>
      {children}
    </a>
  );
}
