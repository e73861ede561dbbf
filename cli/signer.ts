import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { printInstant } from '../domain/time.ts';
import { verifyJournal } from '../signer/journal/verify-journal.ts';
import { takeKeyList } from '../signer/keys/shelf.ts';
import { JOURNAL_FOLDER, startSigner } from '../signer/start-signer.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { printJson } from './input/json.ts';
import { textOption } from './options.ts';

const HELP = `usage: healthcode signer --keys DIR --socket PATH [--group] [--until-input-ends]

Runs the signer: a process of its own that holds the keys of the province which sign while the service runs, checks
what it is asked to sign, writes it down in DIR/journal, and then signs it. "serve" starts one by itself; run it apart,
under an account of its own, to keep the keys from everything else. SIGTERM takes no more connections, and ends when
those there are have ended.

  --keys DIR          its folder: keys, root.json, key-list.cose, and if there is one, budget.json
  --socket PATH       the socket to listen on; only the account that runs it reaches it
  --group             the group of that account reaches it too: for a service under another account
  --until-input-ends  also end when stdin ends`;

/** `healthcode signer`: the process with the private keys. */
export const signerCommand: Command = {
  name: 'signer',
  summary: 'run the process that signs codes',
  help: HELP,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        keys: { type: 'string' },
        socket: { type: 'string' },
        group: { type: 'boolean', default: false },
        'until-input-ends': { type: 'boolean', default: false },
      },
    });
    const folder = resolve(textOption('keys', values.keys));
    const socket = resolve(textOption('socket', values.socket));
    const reach = values.group ? 'group' : 'owner';
    const signer = await startSigner({ folder, socket, reach, clock: Date.now, onAlarm: printAlarm });
    await asked(values['until-input-ends'], signer.finish, signer.close);
    return EXIT.done;
  },
};

/** Alarms go to whoever is connected, and here for whoever watches the process. */
function printAlarm(alarm: object): void {
  process.stderr.write(`${printJson({ alarm })}\n`);
}

/** A child of a service ends with it; what a terminal tells all of its processes is for the service to decide. */
function asked(isChild: boolean, finish: () => Promise<void>, close: () => Promise<void>): Promise<void> {
  return new Promise((done) => {
    process.once('SIGTERM', () => void finish().then(done));
    process.on('SIGINT', () => {
      if (!isChild) void finish().then(done);
    });
    if (isChild) process.stdin.resume().once('close', () => void close().then(done));
  });
}

/** `healthcode signer verify-journal`: whether the journal of a signer holds together. */
export const signerVerifyJournal: Command = {
  name: 'signer verify-journal',
  summary: 'follow the chain of what a signer has signed',
  help: `usage: healthcode signer verify-journal DIR

Follows the chain through the journal of a signer (DIR is its folder) and prints {"files":…,"firstFile":…,"entries":…,
"lastAt":…,"head":…,"torn":…}. Exit code 1 when the chain does not hold. Whoever keeps the head elsewhere notices when
the end was cut off.`,
  run: async (args) => {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [folder] = positionals;
    if (folder === undefined || positionals.length !== 1)
      throw new UsageError('name the folder of the signer');
    const { lastAt, isTorn, ...found } = verifyJournal(join(resolve(folder), JOURNAL_FOLDER));
    const last = lastAt === undefined ? null : printInstant(lastAt);
    process.stdout.write(`${printJson({ ...found, lastAt: last, torn: isTorn })}\n`);
    return EXIT.done;
  },
};

/** `healthcode signer take-list`: the newest key list, for a signer that runs apart. */
export const signerTakeList: Command = {
  name: 'signer take-list',
  summary: 'give a signer that runs apart a newer key list',
  help: `usage: healthcode signer take-list FILE --keys DIR

Puts a key list that was published (GET /api/v1/trust/keys) into the folder of a signer, and the root that it names, and
prints {"version":…}. It has to follow from the list that is there: lists that change the root are given one after the
other. A signer that runs goes by it within seconds. "trust publish" does this for a signer on the same machine.

  --keys DIR  the folder of the signer`,
  run: async (args) => {
    const options = { keys: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file] = positionals;
    if (file === undefined || positionals.length !== 1) throw new UsageError('name the file of the list');
    const { version } = takeKeyList(resolve(textOption('keys', values.keys)), readFileSync(file));
    process.stdout.write(`${printJson({ version })}\n`);
    return EXIT.done;
  },
};
