import { join } from 'node:path';
import type { Instant } from '../../../domain/time.ts';
import { KeyError } from './key-error.ts';
import {
  type KeyVersion,
  newVersion,
  PURPOSES,
  type Purpose,
  readKeyFile,
  writeKeyFile,
} from './key-file.ts';
import { changeAlone, checkFolder, findText, replaceText } from './key-folder.ts';
import { type KeySettings, keyFileName } from './key-ring.ts';

/** A version without its key: what an operator may see. */
export type KeyState = Omit<KeyVersion, 'key'> & { readonly purpose: Purpose };

/** When a step of a rotation is taken. */
export interface StepSettings {
  /** The present, in ms since 1970; the clock of the machine when nothing is said. */
  readonly at?: Instant;
  /**
   * How long the step before must lie back, so that every process has read it; a minute when nothing is said,
   * which is several times the interval at which a service refreshes its ring.
   */
  readonly settleSeconds?: number;
}

export const SETTLE_SECONDS = 60;

/** All versions of all purposes, without their keys. */
export function keyStates(folder: string): KeyState[] {
  checkFolder(folder);
  return PURPOSES.flatMap((purpose) =>
    readVersions(folder, purpose).map(({ key: _, ...version }) => ({ purpose, ...version })),
  );
}

/**
 * First step of a rotation: makes a `coming` version, of the suite of the current one when none is named.
 * Returns its number. Throws `refused` when one is coming already.
 */
export function addVersion(folder: string, purpose: Purpose, settings: KeySettings = {}): number {
  const { at = Date.now() } = settings;
  return change(folder, purpose, (versions) => {
    if (versions.some(({ state }) => state === 'coming'))
      throw refused(purpose, 'has a coming version already');
    const number = versions.at(-1)!.version + 1;
    const suite = settings.suite ?? currentOf(versions).suite;
    return [number, [...versions, newVersion(number, suite, 'coming', at)]];
  });
}

/**
 * Second step: the coming version becomes the current one, and that a former one. Returns the number of the new
 * current version. Throws `refused` when none is coming, or when it has not been there for long enough.
 */
export function promote(folder: string, purpose: Purpose, settings: StepSettings = {}): number {
  const { at = Date.now() } = settings;
  return change(folder, purpose, (versions) => {
    const coming = versions.find(({ state }) => state === 'coming');
    if (!coming) throw refused(purpose, 'has no coming version to promote');
    refuseTooEarly(purpose, coming, at, settings);
    const since = new Date(at).toISOString();
    const next = versions.map((version): KeyVersion => {
      if (version === coming) return { ...version, state: 'current', since };
      return version.state === 'current' ? { ...version, state: 'former', since } : version;
    });
    return [coming.version, next];
  });
}

/**
 * Last step: deletes the key of a former version, for good. What only it opened or found is lost, so first
 * everything must have been written with the current version, and counted later than the settling time after
 * `promote`: until then some process may still write with the former one. Throws `refused` for any other version.
 */
export function retire(folder: string, purpose: Purpose, number: number, settings: StepSettings = {}): void {
  const { at = Date.now() } = settings;
  change(folder, purpose, (versions) => {
    const former = versions.find(({ version }) => version === number);
    if (former?.state !== 'former')
      throw refused(purpose, `has a version ${number} that is ${former?.state ?? 'missing'}, not former`);
    refuseTooEarly(purpose, former, at, settings);
    const { key: _, ...rest } = former;
    const retired: KeyVersion = { ...rest, state: 'retired', since: new Date(at).toISOString() };
    return [undefined, versions.map((version) => (version === former ? retired : version))];
  });
}

/** Reads the versions of a purpose, and writes what the step makes of them, with nobody else in between. */
function change<T>(
  folder: string,
  purpose: Purpose,
  step: (versions: readonly KeyVersion[]) => readonly [result: T, versions: readonly KeyVersion[]],
): T {
  checkFolder(folder);
  return changeAlone(folder, () => {
    const [result, versions] = step(readVersions(folder, purpose));
    replaceText(folder, keyFileName(purpose), writeKeyFile(purpose, versions));
    return result;
  });
}

function readVersions(folder: string, purpose: Purpose): KeyVersion[] {
  const path = join(folder, keyFileName(purpose));
  const found = findText(folder, keyFileName(purpose));
  if (!found) throw new KeyError('missing', `there is no ${path}; restore it from the backup of the keys`);
  return readKeyFile(path, found.text, purpose);
}

function refuseTooEarly(
  purpose: Purpose,
  { version, state, since }: KeyVersion,
  at: Instant,
  { settleSeconds = SETTLE_SECONDS }: StepSettings,
): void {
  const readyAt = Date.parse(since) + settleSeconds * 1_000;
  if (at >= readyAt) return;
  const when = new Date(readyAt).toISOString();
  throw refused(purpose, `has version ${version} ${state} only since ${since}; wait until ${when}`);
}

function currentOf(versions: readonly KeyVersion[]): KeyVersion {
  return versions.find(({ state }) => state === 'current')!;
}

function refused(purpose: Purpose, what: string): KeyError {
  return new KeyError('refused', `${purpose} ${what}`);
}
