import { type Instant, NEVER } from '../../../domain/time.ts';

/** A statement with its values bound. The name makes PostgreSQL plan it once a connection. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string;
}

const known = new WeakMap<TemplateStringsArray, { text: string; name: string }>();
let count = 0;

/** Writes a statement: each value becomes a parameter, so that none can ever be read as SQL. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  let written = known.get(strings);
  if (!written) {
    const text = strings.reduce((left, right, i) => `${left}$${i}${right}`);
    written = { text, name: `s${++count}` };
    known.set(strings, written);
  }
  return { ...written, values };
}

/** An instant as PostgreSQL reads it; without an end, `infinity`, and before every other, `-infinity`. */
export function time(instant: Instant): string {
  if (instant === NEVER) return 'infinity';
  return instant === -NEVER ? '-infinity' : new Date(instant).toISOString();
}

/** Reads a `timestamptz` as PostgreSQL prints it in UTC. */
export function readTime(text: string): Instant {
  if (text === 'infinity') return NEVER;
  if (text === '-infinity') return -NEVER;
  return Date.parse(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
}

/** A text of several statements that takes no values: a migration, or what makes a role. */
export function script(text: string): Statement {
  return { text, values: [], name: '' };
}
