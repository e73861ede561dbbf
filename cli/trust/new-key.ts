import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES } from '../../credential/suites.ts';
import { KEY_USES } from '../../credential/trust/keys.ts';
import { checkPrivateFolder, makePrivateFolder } from '../../signer/keys/custody.ts';
import { writeKeyFile } from '../../signer/keys/key-file.ts';
import { kidOf, makeKeyPair } from '../../signer/keys/key-pair.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { textOption } from '../options.ts';
import { describeKey } from './public-key.ts';

const USES = ['root' as const, ...KEY_USES];

/** `healthcode trust new-key`: a private key, and what others need to know of it. */
export const trustNewKey: Command = {
  name: 'trust new-key',
  summary: 'make a key for the signer, or for a holder of the root or the rules',
  help: `usage: healthcode trust new-key USE --to DIR [--suite SUITE]

Makes a private key in DIR, for its owner alone, and prints its public part as JSON: keep that in a file for "trust
draft-keys --add". It needs no installation, so that holders of the root make theirs on a machine that is offline. A key
counts only when a key list names it.

  USE            ${USES.join(', ')}
  --to DIR       the folder of the signer (KEYS/trust/signer), or a medium of a holder
  --suite SUITE  ${SUITES.join(' or ')} (${SUITES[0]})`,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { to: { type: 'string' }, suite: { type: 'string', default: SUITES[0] } },
      allowPositionals: true,
    });
    const use = USES.find((each) => each === positionals[0]);
    const suite = SUITES.find((each) => each === values.suite);
    if (!use || positionals.length !== 1) throw new UsageError(`USE is one of ${USES.join(', ')}`);
    if (!suite) throw new UsageError(`--suite is one of ${SUITES.join(', ')}`);
    const folder = resolve(textOption('to', values.to));
    makePrivateFolder(folder);
    checkPrivateFolder(folder);
    const pair = makeKeyPair(suite);
    writeKeyFile(folder, use, pair);
    process.stdout.write(`${printJson(describeKey({ ...pair, kid: kidOf(pair), use }))}\n`);
    return EXIT.done;
  },
};
