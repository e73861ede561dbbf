import { DatabaseError } from '../server/platform/db/failure.ts';
import { KeyError } from '../server/platform/keys/key-error.ts';
import { OperatorError } from '../server/platform/operator-error.ts';
import { admitCommand } from './admit.ts';
import { areasImport } from './areas.ts';
import { assessCommand } from './assess.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { demo } from './demo/demo.ts';
import { province } from './province.ts';
import { rulesCheck, rulesTest } from './rules.ts';
import { clientsAdd, clientsDisable, clientsList, clientsRenew } from './service/clients.ts';
import { importCommand } from './service/import.ts';
import { keysAdd, keysList, keysPromote, keysRenew, keysRetire } from './service/keys.ts';
import { migrateCommand } from './service/migrate.ts';
import { reassessCommand } from './service/reassess.ts';
import { replayCommand } from './service/replay.ts';
import { serveCommand } from './service/serve.ts';
import { printable } from './terminal/terminal.ts';

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  assessCommand,
  areasImport,
  admitCommand,
  rulesCheck,
  rulesTest,
  serveCommand,
  importCommand,
  reassessCommand,
  replayCommand,
  migrateCommand,
  clientsAdd,
  clientsList,
  clientsRenew,
  clientsDisable,
  keysList,
  keysAdd,
  keysPromote,
  keysRenew,
  keysRetire,
  province,
  demo,
];

/** Runs the command that the arguments name and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, i) => args[i] === word));
  const rest = args.slice(command?.name.split(' ').length ?? 0);
  if (!command) {
    const asked = args.length === 0 || args[0] === '--help' || args[0] === 'help';
    (asked ? process.stdout : process.stderr).write(`${overview()}\n`);
    return asked ? EXIT.done : EXIT.usage;
  }
  if (rest.includes('--help')) {
    process.stdout.write(`${command.help}\n`);
    return EXIT.done;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (isExpected(error)) {
      process.stderr.write(`healthcode ${command.name}: ${printable(error.message)}\n`);
      return EXIT.faults;
    }
    if (!isUsage(error)) throw error;
    process.stderr.write(`healthcode ${command.name}: ${printable(error.message)}\n\n${command.help}\n`);
    return EXIT.usage;
  }
}

function overview(): string {
  const width = Math.max(0, ...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['usage: healthcode <command> [--help]', '', ...lines].join('\n');
}

/** Usage faults are ours and those of `util.parseArgs`. */
function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/**
 * What the machine refuses, such as a folder that does not exist or a disk that is full, and what whoever runs the
 * service has to put right. Any other error is ours.
 */
function isExpected(error: unknown): error is Error {
  if (error instanceof OperatorError || error instanceof KeyError) return true;
  if (error instanceof DatabaseError) return error.kind === 'unavailable' || error.kind === 'forbidden';
  return error instanceof Error && 'syscall' in error;
}
