import { randomBytes } from 'node:crypto';
import { type Static, type TSchema, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import type { Instant } from '../../../domain/time.ts';
import { KeyError } from './key-error.ts';
import { SECRET_BYTES } from './suites/sealing.ts';
import { SUITE_NAMES, type SuiteName } from './suites/suite.ts';

/**
 * What keys are for; each purpose has keys of its own.
 *
 * - `document`, `phone`, `carrier`: blind indexes, by which a number is found without being stored.
 * - `envelope`: wraps the data keys of persons.
 * - `quarantine`: seals records that could not be accepted.
 * - `digest`: keyed digests of contents.
 * - `token`: access tokens of client systems.
 * - `subject`: blind indexes of accounts, by issuer and subject.
 * - `session`: seals the sessions of those who have signed in.
 * - `code`: seals the codes that people show at doors.
 * - `facts`: seals the short form of what is known about people, which is made again from evidence.
 */
export const PURPOSES = [
  'document',
  'phone',
  'carrier',
  'envelope',
  'quarantine',
  'digest',
  'token',
  'subject',
  'session',
  'code',
  'facts',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * The life of a version: `coming` is read by everyone and nobody writes with it alone, `current` is written
 * with, `former` is still read, `retired` has no key any more.
 */
export const STATES = ['coming', 'current', 'former', 'retired'] as const;
export type State = (typeof STATES)[number];

const KeyVersion = Type.Object(
  {
    /** Numbered from 1; a number is never used again. */
    version: Type.Integer({ minimum: 1, maximum: 65_535 }),
    suite: Type.Enum(SUITE_NAMES),
    state: Type.Enum(STATES),
    createdAt: Type.String({ format: 'date-time' }),
    /** When the state began. */
    since: Type.String({ format: 'date-time' }),
    /** Base64 of 32 bytes; missing when the version is retired. */
    key: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$' })),
  },
  { additionalProperties: false },
);
export type KeyVersion = Static<typeof KeyVersion>;

/** `<purpose>.json`. */
const KeyFile = Type.Object(
  { purpose: Type.Enum(PURPOSES), versions: Type.Array(KeyVersion, { minItems: 1 }) },
  { additionalProperties: false },
);
type KeyFile = Static<typeof KeyFile>;

/** `ring.json`: which ring this is, and the purposes whose files were made and must be there. */
const RingFile = Type.Object(
  { id: Type.String({ minLength: 1 }), purposes: Type.Array(Type.String()) },
  { additionalProperties: false },
);
export type RingFile = Static<typeof RingFile>;

/** Makes a version with a fresh random key. */
export function newVersion(version: number, suite: SuiteName, state: State, at: Instant): KeyVersion {
  const time = new Date(at).toISOString();
  const secret = randomBytes(SECRET_BYTES);
  const key = secret.toString('base64');
  secret.fill(0);
  return { version, suite, state, createdAt: time, since: time, key };
}

export function writeKeyFile(purpose: Purpose, versions: readonly KeyVersion[]): string {
  return write({ purpose, versions: [...versions] } satisfies KeyFile);
}

export function writeRingFile(ring: RingFile): string {
  return write(ring);
}

/** The versions in a key file, in the order of their numbers. Throws `malformed` without saying what stands in the file. */
export function readKeyFile(path: string, text: string, purpose: Purpose): KeyVersion[] {
  const file = read<KeyFile>(path, text, KeyFile);
  if (file.purpose !== purpose) throw malformed(path, `is of the purpose ${file.purpose}`);
  const wrong = contradictionOf(file.versions);
  if (wrong !== undefined) throw malformed(path, wrong);
  return file.versions;
}

export function readRingFile(path: string, text: string): RingFile {
  return read<RingFile>(path, text, RingFile);
}

function contradictionOf(versions: readonly KeyVersion[]): string | undefined {
  const inState = (state: State) => versions.filter((version) => version.state === state).length;
  if (versions.some(({ version }, i) => i > 0 && version <= versions[i - 1]!.version))
    return 'does not number its versions upwards';
  if (inState('current') !== 1) return `has ${inState('current')} current versions; it needs exactly one`;
  if (inState('coming') > 1) return 'has more than one coming version';
  const odd = versions.find(({ state, key }) => (state === 'retired') === (key !== undefined));
  return (
    odd && `has a version ${odd.version} that is ${odd.state} and ${odd.key ? 'has a key' : 'has no key'}`
  );
}

/** A fault of JSON.parse quotes the text, and the library names values: neither is passed on. */
function read<T>(path: string, text: string, schema: TSchema): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(path, 'is not JSON');
  }
  if (Check(schema, value)) return value as T;
  const field = Errors(schema, value)[0]?.instancePath;
  throw malformed(path, `does not have the form of such a file${field ? ` (${field})` : ''}`);
}

function write(value: KeyFile | RingFile): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function malformed(path: string, what: string): KeyError {
  return new KeyError('malformed', `${path} ${what}; restore it from its backup`);
}
