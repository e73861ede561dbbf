import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeRuleBundle } from '../../credential/trust/rule-bundle.ts';
import { wholeSecond } from '../../domain/time.ts';
import { rulesInForce } from '../../server/rules/store.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { loadRules } from '../input/rules-file.ts';
import { textOption, timeOption, wholeNumberOption } from '../options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from '../service/site.ts';
import { describeDraft, readDraft, writeDraft } from './drafts.ts';

/** `healthcode trust draft-rules`: what the holders of the rules keys are to sign (S1). */
export const trustDraftRules: Command = {
  name: 'trust draft-rules',
  summary: 'write a rule bundle for the holders to sign',
  help: `usage: healthcode trust draft-rules PACKAGE --from TIME --out FILE [--again NUMBER] [--data DIR] [--keys DIR]

Writes a rule bundle without signatures: the exact bytes of a rule package that passes its own tests, under the next
number. "trust sign" adds a signature; "trust publish" puts it in force.

  --from TIME     from when on it decides
  --again NUMBER  sign the bundle under this number again, with other keys; needs neither PACKAGE nor --from
  --out FILE      where to write it

${SITE_HELP}`,
  run: async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
    const out = textOption('out', values.out);
    const issuedAt = wholeSecond(Date.now());
    const [file] = positionals;
    if (values.again !== undefined) {
      const number = wholeNumberOption('again', values.again, 1, 1e9);
      const held = await withInstallation(siteOf(values), async ({ trust }) => trust.ruleBundle(number));
      if (!held) throw new UsageError(`there is no rule bundle ${number}`);
      writeDraft(out, encodeRuleBundle({ ...held, issuedAt }));
    } else {
      if (file === undefined || positionals.length !== 1) throw new UsageError('name one rule package');
      const inForceFrom = wholeSecond(timeOption('from', values.from));
      const loaded = await loadRules(file);
      if (!loaded) return EXIT.faults;
      const rows = await withInstallation(siteOf(values), ({ store }) => rulesInForce(store.app));
      const number = rows.at(-1)!.number + 1;
      const { id } = loaded.rules;
      writeDraft(out, encodeRuleBundle({ id, number, inForceFrom, issuedAt, rules: readFileSync(file) }));
    }
    process.stdout.write(`${printJson(describeDraft(readDraft(out)))}\n`);
    return EXIT.done;
  },
};

const OPTIONS = {
  ...SITE_OPTIONS,
  from: { type: 'string' },
  out: { type: 'string' },
  again: { type: 'string' },
} as const;
