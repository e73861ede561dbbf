import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeRuleBundle } from '../../credential/trust/rule-bundle.ts';
import { checkPackage } from '../../domain/rules/check.ts';
import { runOwnTests } from '../../domain/rules/own-tests.ts';
import { type Instant, wholeSecond } from '../../domain/time.ts';
import type { Installation } from '../../server/installation.ts';
import { publishRuleBundle } from '../../server/passes/trust/publish.ts';
import { OFFLINE_FOLDER } from '../../server/passes/trust/trust-folder.ts';
import { readKeyFiles } from '../../signer/keys/key-file.ts';
import { signByMany } from '../../signer/keys/sign-by-many.ts';

/** A rule package as text. */
export interface PackageText {
  readonly id: string;
  readonly text: string;
}

const NOTICE = new URL('../../rules/zj-2021-01.json', import.meta.url);

/** The rules of the notice but for how many days whoever came from overseas stays apart; of its tests, those that still hold. */
export function rulesWith(entryDays: number): PackageText {
  const json = JSON.parse(readFileSync(NOTICE, 'utf8'));
  const id = `entry-${entryDays}`;
  const changed = { ...json, id, parameters: { ...json.parameters, entryDays } };
  const failing = new Set(
    runOwnTests(checkPackage(changed).rules!).map(({ field }) => Number(/\d+/.exec(field)![0])),
  );
  return {
    id,
    text: JSON.stringify({
      ...changed,
      tests: json.tests.filter((_: unknown, i: number) => !failing.has(i)),
    }),
  };
}

/** Puts a package in force under a number, signed as a province signs it, by the keys with which the installation was founded. */
export async function putRulesInForce(
  installation: Installation,
  { id, text }: PackageText,
  number: number,
  at: Instant,
): Promise<void> {
  const instant = wholeSecond(at);
  const rules = new TextEncoder().encode(text);
  const payload = encodeRuleBundle({ id, number, inForceFrom: instant, issuedAt: instant, rules });
  const holders = readKeyFiles(join(installation.trustFolder, OFFLINE_FOLDER)).filter(
    ({ use }) => use === 'rules',
  );
  await publishRuleBundle(installation, signByMany(payload, holders.slice(0, 2)), at, 'test');
}
