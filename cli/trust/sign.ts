import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { signed } from '../../credential/cose/sign.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { readKeyFile } from '../../signer/keys/key-file.ts';
import { signAsOne } from '../../signer/keys/sign-by-many.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { textOption } from '../options.ts';
import { describeDraft, readDraft } from './drafts.ts';

/** `healthcode trust sign`: one signature more. */
export const trustSign: Command = {
  name: 'trust sign',
  summary: 'sign a key list or a rule bundle with an offline key',
  help: `usage: healthcode trust sign FILE --key KEYFILE

Adds the signature of a holder to a draft in FILE, and prints what was signed. It needs no installation. A key of the root
signs key lists, a key of the rules rule bundles, and neither anything else.

  --key KEYFILE  the private key of the holder`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { key: { type: 'string' } },
      allowPositionals: true,
    });
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError('name the file of the draft');
    const key = readKeyFile(resolve(textOption('key', values.key)));
    const draft = readDraft(file);
    const wanted = 'list' in draft ? 'root' : 'rules';
    if (key.use !== wanted)
      throw new OperatorError(`a key of ${key.use} does not sign this; one of ${wanted} does`);
    const { payload, signatures } = draft.message;
    writeFileSync(file, signed(payload, [...signatures, signAsOne(payload, key)]));
    process.stdout.write(`${printJson(describeDraft(readDraft(file)))}\n`);
    return EXIT.done;
  },
};
