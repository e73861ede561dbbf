import { type Instant, NEVER } from '../../../domain/time.ts';

declare const written: unique symbol;

/**
 * A statement with its values bound, made by `sql` or `script` and by nothing else, so that a test can find each where it is
 * written. The name makes PostgreSQL plan it once a connection.
 */
export interface Statement {
  readonly [written]: true;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name: string;
}

const known = new WeakMap<TemplateStringsArray, { text: string; name: string }>();
let count = 0;

/** Writes a statement: each value becomes a parameter, so that none can ever be read as SQL. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  let found = known.get(strings);
  if (!found) {
    const text = strings.reduce((left, right, i) => `${left}$${i}${right}`);
    found = { text, name: `s${++count}` };
    known.set(strings, found);
  }
  return made({ ...found, values });
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
  return made({ text, values: [], name: '' });
}

/** The mark is there for the compiler only. */
function made(statement: Omit<Statement, typeof written>): Statement {
  return statement as Statement;
}
