import { TRUST_PATHS } from '../../../api/passes/trust.ts';
import type { Instant } from '../../../domain/time.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { Problem } from '../../platform/http/problem.ts';
import { readyFile, type SentAs, serveReady } from '../../platform/http/ready-files.ts';
import type { RuleBook } from '../../rules/rule-book.ts';
import type { TrustBook } from './trust-book.ts';

/** Gates may keep these for so long: a key that is revoked is known to all of them soon. */
const SENT_AS: SentAs = { type: 'application/cose', keptSeconds: 300 };

/** What a gate fetches to decide by itself: the key list, and the rule bundle in force (S1, S7). */
export function trustRoutes(
  { trust, rules }: { readonly trust: TrustBook; readonly rules: Pick<RuleBook, 'numberAt'> },
  clock: () => Instant,
): Routes {
  const bundleInForce = () => trust.ruleBundle(rules.numberAt(clock()))?.bytes;
  return (app: App) => {
    const { keys, rules: bundle } = TRUST_PATHS;
    serveSigned(app, keys, 'getKeyList', 'The key list of the province', () => trust.keys().bytes);
    serveSigned(app, bundle, 'getRuleBundle', 'The rule bundle in force', bundleInForce);
  };
}

function serveSigned(
  app: App,
  path: string,
  operationId: string,
  summary: string,
  read: () => Uint8Array | undefined,
): void {
  const binary = { type: 'string', format: 'binary' };
  const response = { 200: { description: summary, content: { [SENT_AS.type]: { schema: binary } } } };
  serveReady(app, {
    path,
    schema: { operationId, summary, response },
    find: () => {
      const bytes = read();
      return bytes && readyFile(bytes, () => SENT_AS);
    },
    missing: () => new Problem('unavailable', 'It is not signed yet.'),
  });
}
