import type { Fields } from './log.ts';

/**
 * What a log may say about something thrown: its class, its code and where it came from, also of what caused
 * it. Never its message: a database puts rows into messages, a parser the text it could not read.
 */
export function faultFields(thrown: unknown): Fields {
  return { error: classesOf(thrown).join(' < '), code: codeOf(thrown), at: framesOf(thrown) };
}

/** The SQLSTATE or the code of Node that an error carries. */
export function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined;
}

const DEEPEST_CAUSE = 5;
const FRAMES = 12;

function classesOf(thrown: unknown): string[] {
  const classes: string[] = [];
  for (let cause = thrown; classes.length < DEEPEST_CAUSE; cause = cause.cause) {
    classes.push(cause instanceof Error ? cause.constructor.name : typeof cause);
    if (!(cause instanceof Error) || cause.cause === undefined) break;
  }
  return classes;
}

/** The frames alone: the stack begins with the message, which may have several lines. */
function framesOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
  return frames
    .slice(0, FRAMES)
    .map((line) => line.trim())
    .join('; ');
}
