import { parseArgs } from 'node:util';
import { type Instant, parseInstant, printInstant } from '../../domain/time.ts';
import { renewApplications } from '../../server/applications/renewal/renew-applications.ts';
import { allKeyNeeds } from '../../server/key-needs.ts';
import { renewKeys } from '../../server/people/renewal/renew-keys.ts';
import { countKeyed } from '../../server/people/renewal/store.ts';
import { PURPOSES, type Purpose, type State } from '../../server/platform/keys/key-file.ts';
import { addVersion, keyStates, promote, SETTLE_SECONDS } from '../../server/platform/keys/rotation.ts';
import { SUITE_NAMES, type SuiteName } from '../../server/platform/keys/suites/suite.ts';
import { retireKey } from '../../server/retire-key.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { wholeNumberOption } from '../options.ts';
import { startProgress } from '../terminal/progress.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const PURPOSE_HELP = `  PURPOSE     ${PURPOSES.join(', ')}`;
const SETTLE_OPTION = { settle: { type: 'string', default: String(SETTLE_SECONDS) } } as const;
const SETTLE_HELP = `  --settle SECONDS  how long ago the step before must have been taken, so that every process has read it (${SETTLE_SECONDS}): more
                    where processes have copies of the key files, 0 only when nothing runs`;

const LIST_HELP = `usage: healthcode keys list [--data DIR] [--keys DIR]

Prints each version of each key, without the key, as JSON Lines:
{"purpose":…,"version":…,"suite":…,"state":…,"createdAt":…,"since":…,"rows":…}. "rows" says how many rows of the database
need the version: a former one is retired when it is 0. What the purposes and states mean: docs/keys.md.

${SITE_HELP}`;

/** `healthcode keys list`: which keys there are, and what needs them. */
export const keysList: Command = {
  name: 'keys list',
  summary: 'the versions of the keys, and what needs them',
  help: LIST_HELP,
  run: async (args) => {
    const site = siteOf(parseArgs({ args: [...args], options: SITE_OPTIONS }).values);
    await withInstallation(site, async ({ store }) => {
      const states = keyStates(site.keysFolder);
      const needs = await allKeyNeeds(store.reader, states);
      for (const { purpose, version, suite, state, createdAt, since } of states) {
        const times = { createdAt: chinese(createdAt), since: chinese(since) };
        print({ purpose, version, suite, state, ...times, rows: needs[purpose].get(version) ?? 0 });
      }
    });
    return EXIT.done;
  },
};

const ADD_HELP = `usage: healthcode keys add PURPOSE [--suite SUITE] [--data DIR] [--keys DIR]

First step of a rotation: adds a version that is coming, and prints it with the time from which on it may be promoted. It
works while the service runs.

${PURPOSE_HELP}
  --suite SUITE  ${SUITE_NAMES.join(' or ')}; by default that of the current version
${SITE_HELP}`;

/** `healthcode keys add`: a new version of a key. */
export const keysAdd: Command = {
  name: 'keys add',
  summary: 'begin a rotation: add a version of a key',
  help: ADD_HELP,
  run: async (args) => {
    const options = { ...SITE_OPTIONS, suite: { type: 'string' } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [purpose] = wordsOf(positionals, 1);
    const suite = suiteOption(values.suite);
    const at = Date.now();
    const version = addVersion(siteOf(values).keysFolder, purpose, { at, ...(suite && { suite }) });
    printStep(purpose, version, 'coming', at + SETTLE_SECONDS * 1_000);
    return EXIT.done;
  },
};

const PROMOTE_HELP = `usage: healthcode keys promote PURPOSE [--settle SECONDS] [--data DIR] [--keys DIR]

Second step of a rotation: writes with the version that is coming from now on, and prints it. What the version before has
made is still read; "keys renew" writes it anew. It works while the service runs.

${PURPOSE_HELP}
${SETTLE_HELP}
${SITE_HELP}`;

/** `healthcode keys promote`: from now on the new version. */
export const keysPromote: Command = {
  name: 'keys promote',
  summary: 'go on with a rotation: write with the new version',
  help: PROMOTE_HELP,
  run: async (args) => {
    const options = { ...SITE_OPTIONS, ...SETTLE_OPTION } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [purpose] = wordsOf(positionals, 1);
    const settleSeconds = settleOption(values.settle);
    const version = promote(siteOf(values).keysFolder, purpose, { settleSeconds });
    printStep(purpose, version, 'current');
    return EXIT.done;
  },
};

const RENEW_HELP = `usage: healthcode keys renew [--data DIR] [--keys DIR]

Third step of a rotation: goes over all people and applications and writes what is missing, which is blind indexes of
documents and phones under every version, and data keys wrapped by the current version. Prints
{"people":…,"applications":…,"indexes":…,"rewrapped":…,"unreadable":…}; the exit code is 1 when something about somebody
does not open. It works while the service runs, and may be broken off and begun again.

${SITE_HELP}`;

/** `healthcode keys renew`: everything about people under the new versions. */
export const keysRenew: Command = {
  name: 'keys renew',
  summary: 'go on with a rotation: write anew what the old version made',
  help: RENEW_HELP,
  run: async (args) => {
    const site = siteOf(parseArgs({ args: [...args], options: SITE_OPTIONS }).values);
    const { people, applications } = await withInstallation(site, async ({ store, keys }) => {
      const progress = startProgress(await countKeyed(store.reader), 'people');
      const people = await renewKeys(store.app, keys, Date.now, progress.at).finally(progress.end);
      return { people, applications: await renewApplications(store.app, keys) };
    });
    const sum = (field: 'indexes' | 'rewrapped' | 'unreadable') => people[field] + applications[field];
    print({
      ...{ people: people.people, applications: applications.applications },
      ...{ indexes: sum('indexes'), rewrapped: sum('rewrapped'), unreadable: sum('unreadable') },
    });
    return sum('unreadable') > 0 ? EXIT.faults : EXIT.done;
  },
};

const RETIRE_HELP = `usage: healthcode keys retire PURPOSE VERSION [--settle SECONDS] [--data DIR] [--keys DIR]

Last step of a rotation: deletes the key of a former version, for good, and prints it. It is refused while rows of the
database need it ("keys list" counts them), and for "token" until every token has ended that it signed. It works while
the service runs.

${PURPOSE_HELP}
${SETTLE_HELP}
${SITE_HELP}`;

/** `healthcode keys retire`: the end of an old version. */
export const keysRetire: Command = {
  name: 'keys retire',
  summary: 'end a rotation: delete the old version',
  help: RETIRE_HELP,
  run: async (args) => {
    const options = { ...SITE_OPTIONS, ...SETTLE_OPTION } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [purpose, text] = wordsOf(positionals, 2);
    if (!/^[1-9]\d{0,4}$/.test(text)) throw new UsageError('VERSION is a number, as "keys list" prints it');
    const version = Number(text);
    const settleSeconds = settleOption(values.settle);
    const site = siteOf(values);
    await withInstallation(site, ({ store }) =>
      retireKey(store.reader, site.keysFolder, purpose, version, { settleSeconds }),
    );
    printStep(purpose, version, 'retired');
    return EXIT.done;
  },
};

function wordsOf(positionals: readonly string[], count: 1 | 2): [purpose: Purpose, version: string] {
  const [word, version = ''] = positionals;
  if (positionals.length !== count)
    throw new UsageError(count === 1 ? 'names one PURPOSE' : 'names a PURPOSE and a VERSION');
  const purpose = PURPOSES.find((one) => one === word);
  if (purpose === undefined) throw new UsageError(`PURPOSE is one of ${PURPOSES.join(', ')}`);
  return [purpose, version];
}

function suiteOption(text: string | undefined): SuiteName | undefined {
  const suite = SUITE_NAMES.find((name) => name === text);
  if (suite === undefined && text !== undefined)
    throw new UsageError(`--suite is one of ${SUITE_NAMES.join(', ')}`);
  return suite;
}

function settleOption(text: string): number {
  return wholeNumberOption('settle', text, 0, 86_400);
}

/** A time of a key file, as everything else prints times. */
function chinese(time: string): string {
  return printInstant(parseInstant(time));
}

function printStep(purpose: Purpose, version: number, state: State, promoteFrom?: Instant): void {
  const next = promoteFrom === undefined ? {} : { promoteFrom: printInstant(promoteFrom) };
  print({ purpose, version, state, ...next });
}

function print(value: object): void {
  process.stdout.write(`${printJson(value)}\n`);
}
