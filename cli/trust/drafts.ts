import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type CoseSign, readSign, signed } from '../../credential/cose/sign.ts';
import { decodeKeyList, type KeyListContent } from '../../credential/trust/key-list-content.ts';
import { decodeRuleBundle, type RuleBundleContent } from '../../credential/trust/rule-bundle.ts';
import { printInstant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { kidOf } from '../../signer/keys/key-pair.ts';
import { describeKnown, describeRoot } from './public-key.ts';

/** What holders of keys sign one after the other: a COSE_Sign with none, some or all signatures. */
export type Draft = { readonly message: CoseSign; readonly bytes: Uint8Array } & (
  | { readonly list: KeyListContent }
  | { readonly bundle: RuleBundleContent }
);

/** Writes a draft without signatures. */
export function writeDraft(path: string, payload: Uint8Array): void {
  writeFileSync(path, signed(payload, []));
}

/** Reads a draft. */
export function readDraft(path: string): Draft {
  const bytes = readFileSync(path);
  const message = readSign(bytes);
  const list = message && decodeKeyList(message.payload);
  if (message && list) return { message, bytes, list: namedRightly(path, list) };
  const bundle = message && decodeRuleBundle(message.payload);
  if (message && bundle) return { message, bytes, bundle };
  throw new OperatorError(`${path} holds neither a key list nor a rule bundle`);
}

/** Holders compare the names of keys: none may stand for another key. */
function namedRightly(path: string, list: KeyListContent): KeyListContent {
  const other = [...list.root.keys, ...list.keys].find((key) => toHex(kidOf(key)) !== toHex(key.kid));
  if (other) throw new OperatorError(`${path} names a key ${toHex(other.kid)} that has another name`);
  return list;
}

/** What whoever signs reads first: all that counts by their signature. */
export function describeDraft(draft: Draft): object {
  const signatures = draft.message.signatures.length;
  if ('list' in draft) {
    const { province, version, issuedAt, expiresAt, root, keys, parameters } = draft.list;
    return {
      ...{ keyList: version, province },
      ...{ issuedAt: printInstant(issuedAt), expiresAt: printInstant(expiresAt) },
      ...{ threshold: root.threshold, roots: root.keys.map(describeRoot) },
      ...{ keys: keys.map(describeKnown), parameters, signatures },
    };
  }
  const { id, number, inForceFrom, rules } = draft.bundle;
  const digest = createHash('sha256').update(rules).digest('hex');
  return { rules: id, number, inForceFrom: printInstant(inForceFrom), sha256: digest, signatures };
}
