import { parseArgs } from 'node:util';
import type { KnownKey } from '../../credential/trust/keys.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { type Command, EXIT } from '../command.ts';
import { printJson } from '../input/json.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from '../service/site.ts';
import { describeKnown, describeRoot } from './public-key.ts';

/** `healthcode trust show`: which keys count, and which rules. */
export const trustShow: Command = {
  name: 'trust show',
  summary: 'the key list and the rule bundle in force',
  help: `usage: healthcode trust show [--data DIR] [--keys DIR]

Prints as JSON Lines: the key list, {"keyList":…,"issuedAt":…,"expiresAt":…,"threshold":…}; each key of the root and of the
list, {"kid":…,"use":…,"suite":…,"state":…,…}; and the rules in force, {"rules":…,"number":…,"inForceFrom":…}. The state is
"in force", "not yet", "ended" or "revoked".

${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: SITE_OPTIONS });
    const now = Date.now();
    const { list, bundle } = await withInstallation(siteOf(values), async ({ trust, rules }) => ({
      list: trust.keys(),
      bundle: trust.ruleBundle(rules.numberAt(now))!,
    }));
    const times = { issuedAt: printInstant(list.issuedAt), expiresAt: printInstant(list.expiresAt) };
    print({ keyList: list.version, ...times, threshold: list.root.threshold });
    for (const key of list.root.keys) print({ ...describeRoot(key), state: 'in force' });
    for (const key of list.keys) print({ ...describeKnown(key), state: stateOf(key, now) });
    const { id, number, inForceFrom } = bundle;
    print({ rules: id, number, inForceFrom: printInstant(inForceFrom) });
    return EXIT.done;
  },
};

function stateOf({ notBefore, notAfter, revokedAt }: KnownKey, now: Instant): string {
  if (revokedAt !== undefined) return 'revoked';
  if (now < notBefore) return 'not yet';
  return now < notAfter ? 'in force' : 'ended';
}

function print(value: object): void {
  process.stdout.write(`${printJson(value)}\n`);
}
