import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { acceptKeyList } from '../../../credential/trust/key-list.ts';
import { acceptRuleBundle } from '../../../credential/trust/rule-bundle.ts';
import type { Instant } from '../../../domain/time.ts';
import { verify } from '../../../gate/verify.ts';
import { takeKeyList } from '../../../signer/keys/shelf.ts';
import type { Installation } from '../../installation.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import { readUsable } from '../../rules/rule-book.ts';
import { rulesInForce } from '../../rules/store.ts';
import { putInForce } from './put-in-force.ts';
import { addKeyList, addRuleBundle, lastRevisionOf } from './store.ts';
import { SIGNER_FOLDER } from './trust-folder.ts';

type Site = Pick<Installation, 'store' | 'trust' | 'trustFolder'>;

/**
 * Publishes a key list: for the service and all gates, and for the signer of this machine. To publish the one in force
 * again changes nothing, but gives it to a signer that does not have it.
 *
 * @throws {OperatorError} when it does not follow from the one in force, or when rules in force would lose their signatures
 */
export async function publishKeyList(
  { store, trust, trustFolder }: Site,
  bytes: Uint8Array,
  now: Instant,
  by: string,
): Promise<{ readonly version: number }> {
  const held = trust.keys();
  const list = acceptKeyList(held, bytes, now, verify);
  if ('refused' in list) throw refused('the key list', list.refused);
  for (const { number } of await rulesInForce(store.app)) {
    const bundle = trust.ruleBundle(number);
    if (bundle && 'refused' in acceptRuleBundle(undefined, bundle.bytes, list, verify))
      throw refused('the key list', `by it rule bundle ${number} is not signed; sign that again before`);
  }
  const { version } = list;
  const published = { message: bytes, recordedAt: now, recordedBy: by };
  // One that is published already may not have come to the signer.
  if (version > held.version && !(await addKeyList(store.app, version, published)))
    throw refused('the key list', `another one has version ${version}`);
  await trust.refresh();
  const signer = join(trustFolder, SIGNER_FOLDER);
  if (existsSync(signer)) takeKeyList(signer, bytes);
  return { version };
}

/**
 * Publishes a rule bundle: its package is in force from then on that it says. One under a number in force is that bundle
 * signed again.
 *
 * @throws {OperatorError} when the province has not signed it, or its package may not decide
 */
export async function publishRuleBundle(
  { store, trust }: Site,
  bytes: Uint8Array,
  now: Instant,
  by: string,
): Promise<{ readonly rules: string; readonly number: number }> {
  const read = acceptRuleBundle(undefined, bytes, trust.keys(), verify);
  if ('refused' in read) throw refused('the rule bundle', read.refused);
  const bundle = acceptRuleBundle(trust.ruleBundle(read.number), bytes, trust.keys(), verify);
  if ('refused' in bundle) throw refused('the rule bundle', bundle.refused);
  readUsable(bundle.id, new TextDecoder().decode(bundle.rules));
  const { number, id } = bundle;
  await store.app.transaction(async (db) => {
    await putInForce(db, bundle, now);
    const revision = (await lastRevisionOf(db, number)) + 1;
    if (!(await addRuleBundle(db, { number, revision }, { message: bytes, recordedAt: now, recordedBy: by })))
      throw refused('the rule bundle', `another one of number ${number} was published`);
  });
  await trust.refresh();
  return { rules: id, number };
}

function refused(what: string, why: string): OperatorError {
  return new OperatorError(`${what} is not published: ${why}`);
}
