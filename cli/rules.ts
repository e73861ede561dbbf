import { parseArgs } from 'node:util';
import { runOwnTests } from '../domain/rules/own-tests.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { readRules } from './input/rules-file.ts';
import { reportFault } from './terminal/faults.ts';

export const rulesCheck: Command = {
  name: 'rules check',
  summary: 'validate a rule package',
  help: `usage: healthcode rules check FILE

Holds a rule package against its schema and against itself, and prints what it is. Its own tests are
not run: see rules test.`,
  reading: (file) => [file],
  run: async (args) => {
    const rules = await readRules(fileArgument(args));
    if (!rules) return EXIT.faults;
    const { id, grounds, tests } = rules;
    process.stdout.write(`${JSON.stringify({ id, grounds: grounds.length, tests: tests.length })}\n`);
    return EXIT.done;
  },
};

export const rulesTest: Command = {
  name: 'rules test',
  summary: 'run the tests that a rule package carries',
  help: `usage: healthcode rules test FILE

Runs the tests that a rule package carries. A package that fails one cannot be loaded.`,
  reading: (file) => [file],
  run: async (args) => {
    const file = fileArgument(args);
    const rules = await readRules(file);
    if (!rules) return EXIT.faults;
    const failed = runOwnTests(rules);
    for (const found of failed) reportFault(file, undefined, found);
    const passed = rules.tests.length - failed.length;
    process.stdout.write(`${JSON.stringify({ id: rules.id, passed, failed: failed.length })}\n`);
    return failed.length > 0 ? EXIT.faults : EXIT.done;
  },
};

function fileArgument(args: readonly string[]): string {
  const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('one FILE is required');
  return file;
}
