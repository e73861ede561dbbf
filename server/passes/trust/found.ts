import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Suite } from '../../../credential/suites.ts';
import { encodeKeyList, type KeyListContent } from '../../../credential/trust/key-list-content.ts';
import type { KeyUse, KnownKey } from '../../../credential/trust/keys.ts';
import {
  changeParameters,
  type TrustParameters,
  USUAL_PARAMETERS,
} from '../../../credential/trust/parameters.ts';
import { encodeRuleBundle, type RuleBundleContent } from '../../../credential/trust/rule-bundle.ts';
import { DAY_MS, type Instant, wholeSecond } from '../../../domain/time.ts';
import { writePin } from '../../../gate/pin.ts';
import { makePrivateFolder, syncFolder, writePrivate } from '../../../signer/keys/custody.ts';
import { writeKeyFile } from '../../../signer/keys/key-file.ts';
import { type KeyPair, kidOf, makeKeyPair } from '../../../signer/keys/key-pair.ts';
import { LIST_FILE, PIN_FILE } from '../../../signer/keys/shelf.ts';
import { signByMany } from '../../../signer/keys/sign-by-many.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import { bundleName, keyListName } from './kept.ts';
import { OFFLINE_FOLDER, SIGNER_FOLDER } from './trust-folder.ts';

/** Zhejiang. */
export const PROVINCE = '33';

/** What an installation begins with; kept, so that a crash between folder and database does no harm. */
export interface Founded {
  readonly keyList: Uint8Array;
  /** The rule bundles by number. */
  readonly ruleBundles: ReadonlyMap<number, Uint8Array>;
}

const HOLDERS = 3;
const THRESHOLD = 2;
const LIST_DAYS = 365;
const KEY_DAYS = 730;
/** Clocks differ: what is made now is in force for all. */
const LEEWAY_MS = DAY_MS;

/** The keys of the signer: one suite is the usual one, the other for who has to use it. */
const SIGNING: readonly (readonly [KeyUse, Suite])[] = [
  ['pass', 'ES256'],
  ['pass', 'SM2'],
  ['status', 'ES256'],
  ['delta', 'ES256'],
];

const README = `These private keys sign the key lists (root) and the rule packages (rules) of this installation; two of three
are needed of each. Nothing that runs needs them here. Before real people are served, move them to
three holders who keep them offline, or better make others there (docs/trust.md), and delete this folder.

这些私钥用于签署本系统的密钥清单（root）和规则包（rules），各需三把中的两把。运行中的程序不需要它们。
为真实人员服务之前，请将它们移交三位离线保管人，或由保管人另行生成（见 docs/trust.md），然后删除本文件夹。
`;

/**
 * Makes the trust of a new installation in a folder, unless somebody else was quicker: an offline root, the keys of the
 * signer, the first key list, and the rule bundles. The folder appears whole or not at all.
 */
export function foundTrust(folder: string, rules: readonly RuleBundleContent[], now: Instant): void {
  if (existsSync(folder)) return;
  const parameters = parametersFor(folder);
  makePrivateFolder(dirname(folder));
  const aside = `${folder}.${randomBytes(6).toString('hex')}`;
  makePrivateFolder(aside);
  try {
    writeTrust(aside, rules, parameters, now);
    // Of two that found at once, one finds the folder there, and not empty.
    renameSync(aside, folder);
    syncFolder(dirname(folder));
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** What the folder was founded with. */
export function readFounded(folder: string, numbers: readonly number[]): Founded {
  return {
    keyList: readFileSync(join(folder, FIRST_LIST)),
    ruleBundles: new Map(numbers.map((number) => [number, readFileSync(join(folder, bundleName(number)))])),
  };
}

const FIRST_LIST = keyListName(1);

/** What a province sets before it founds: a file beside the folder, as `trust draft-keys --parameters` reads it. */
function parametersFor(folder: string): TrustParameters {
  const path = `${folder}-parameters.json`;
  if (!existsSync(path)) return USUAL_PARAMETERS;
  try {
    return changeParameters(USUAL_PARAMETERS, JSON.parse(readFileSync(path, 'utf8')), true);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError)
      throw new OperatorError(`${path} holds no parameters: ${error.message}`);
    throw error;
  }
}

function writeTrust(
  folder: string,
  rules: readonly RuleBundleContent[],
  parameters: TrustParameters,
  now: Instant,
): void {
  const [offline, signer] = [join(folder, OFFLINE_FOLDER), join(folder, SIGNER_FOLDER)];
  for (const each of [offline, signer]) mkdirSync(each, { mode: 0o700 });
  const roots = Array.from({ length: HOLDERS }, () => makeKeyPair('ES256'));
  const ruling = Array.from({ length: HOLDERS }, () => makeKeyPair('ES256'));
  const signing = SIGNING.map(([use, suite]) => [use, makeKeyPair(suite)] as const);
  for (const pair of roots) writeKeyFile(offline, 'root', pair);
  for (const pair of ruling) writeKeyFile(offline, 'rules', pair);
  for (const [use, pair] of signing) writeKeyFile(signer, use, pair);
  writePrivate(join(offline, 'README.txt'), README);
  const keys = [...ruling.map((pair) => ['rules', pair] as const), ...signing];
  const list = firstList(roots, keys, parameters, now);
  const bytes = signByMany(encodeKeyList(list), roots.slice(0, THRESHOLD));
  for (const path of [join(folder, FIRST_LIST), join(signer, LIST_FILE)]) writePrivate(path, bytes);
  for (const path of [join(folder, PIN_FILE), join(signer, PIN_FILE)]) writePrivate(path, writePin(list));
  for (const bundle of rules) {
    const message = signByMany(encodeRuleBundle(bundle), ruling.slice(0, THRESHOLD));
    writePrivate(join(folder, bundleName(bundle.number)), message);
  }
}

function firstList(
  roots: readonly KeyPair[],
  keys: readonly (readonly [KeyUse, KeyPair])[],
  parameters: TrustParameters,
  now: Instant,
): KeyListContent {
  const issuedAt = wholeSecond(now);
  return {
    province: PROVINCE,
    version: 1,
    issuedAt,
    expiresAt: issuedAt + LIST_DAYS * DAY_MS,
    root: { threshold: THRESHOLD, keys: roots.map(publicPart) },
    parameters,
    keys: keys.map(
      ([use, pair]): KnownKey => ({
        ...publicPart(pair),
        ...{
          use,
          province: PROVINCE,
          notBefore: issuedAt - LEEWAY_MS,
          notAfter: issuedAt + KEY_DAYS * DAY_MS,
        },
      }),
    ),
  };
}

function publicPart(pair: KeyPair) {
  return { kid: kidOf(pair), suite: pair.suite, publicKey: pair.publicKey };
}
