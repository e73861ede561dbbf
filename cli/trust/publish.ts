import { parseArgs } from 'node:util';
import { publishKeyList, publishRuleBundle } from '../../server/passes/trust/publish.ts';
import { type Command, UsageError } from '../command.ts';
import { OPERATOR, printChange } from '../service/print-change.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf } from '../service/site.ts';
import { readDraft } from './drafts.ts';

/** `healthcode trust publish`: from now on everybody fetches it. */
export const trustPublish: Command = {
  name: 'trust publish',
  summary: 'publish a signed key list or rule bundle',
  help: `usage: healthcode trust publish FILE [--data DIR] [--keys DIR]

Publishes what enough holders have signed: a key list, with a higher version than the one before, or a rule bundle, whose
package decides from the instant that it names. A service that runs goes by it within seconds, and gates when they fetch it.
It also puts a key list into the folder of the signer, if that is here; copy it there if not.

${SITE_HELP}`,
  run: (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: SITE_OPTIONS,
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError('name the file to publish');
    const draft = readDraft(file);
    const publish = 'list' in draft ? publishKeyList : publishRuleBundle;
    return printChange(siteOf(values), (installation) =>
      publish(installation, draft.bytes, Date.now(), OPERATOR),
    );
  },
};
