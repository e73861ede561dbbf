import type { Colour } from '../domain/colour.ts';
import type { Form } from './pass.ts';

/** The claims of a CWT that we use (RFC 8392 3.1.1, RFC 8747 3.1), and one of private use for what is ours. */
export const CLAIM = { expires: 4, issued: 6, confirmation: 8, ours: -65_537 } as const;

/** The number of a form, the first in our claim. */
export const FORM_NUMBER: Readonly<Record<Form, number>> = { online: 1, holder: 2, group: 3, paper: 4 };

/** The numbers of the colours in an online pass. */
export const COLOURS_BY_NUMBER: readonly Colour[] = ['green', 'yellow', 'red'];

/** A key of P-256 in COSE (RFC 9053 7.1.1): x and the lowest bit of y; a compressed point begins with `even` or `odd`. */
export const KEY = {
  ...{ kind: 1, curve: -1, x: -2, y: -3 },
  ...{ ec2: 2, p256: 1 },
  ...{ even: 2, odd: 3 },
  inConfirmation: 1,
} as const;
