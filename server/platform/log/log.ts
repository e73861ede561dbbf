import { type Instant, printInstant } from '../../../domain/time.ts';
import { type PersonalData, personalData } from './personal-data.ts';

type Level = 'info' | 'warn' | 'error';

/** What a line says besides its event: plain values under names from code. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured lines of what happens to the service as a whole; nothing per request, nothing about a person. */
export type Log = Readonly<Record<Level, (event: string, fields?: Fields) => void>>;

/** How a log is kept. */
export interface LogOptions {
  /** The time that lines carry. */
  readonly clock: () => Instant;
  /** Takes a line, with its end of line. */
  readonly write: (line: string) => void;
  /** Personal data in a line is a mistake: tests throw at it, the service masks it and says so in the line. */
  readonly onPersonalData: 'throw' | 'mask';
  /** Further texts that must not pass: names, foreign passports. */
  readonly known?: readonly string[];
}

/**
 * Makes a log of JSON lines: `time`, `level`, `event`, then the fields.
 *
 * @throws {Error} from each of its functions when personal data passes and `onPersonalData` says `throw`
 */
export function createLog({ clock, write, onPersonalData, known = [] }: LogOptions): Log {
  const guard = personalData(known);
  const line = (level: Level) => (event: string, fields?: Fields) => {
    const fixed = { time: printInstant(clock()), level, event };
    const told = { ...fixed, ...fields, ...fixed };
    const safe = masked(told, guard);
    if (safe !== told && onPersonalData === 'throw') throw new Error('personal data in a line of the log');
    write(`${printLine(safe)}\n`);
  };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** The fields themselves when nothing in them is personal; otherwise a copy without it. */
function masked(fields: Fields, guard: PersonalData): Fields {
  const entries = Object.entries(fields);
  const isPersonal = (value: unknown) => value != null && guard.isIn(String(value));
  if (!entries.some(([name, value]) => guard.isIn(name) || isPersonal(value))) return fields;
  const safe = entries.map(([name, value]) => [
    guard.mask(name),
    isPersonal(value) ? guard.mask(String(value)) : value,
  ]);
  return { ...Object.fromEntries(safe), masked: true };
}

/** C0 is escaped by JSON itself; these others also end lines or steer terminals. */
const CONTROL = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function printLine(fields: Fields): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(fields).replace(CONTROL, escaped);
}
