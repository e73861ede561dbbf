import { type Command, EXIT, UsageError } from './command.ts';
import { printable } from './terminal/terminal.ts';

/** Every command, in the order in which help lists them. Each is loaded when it is run: most need no database driver. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  assess: async () => (await import('./assess.ts')).assessCommand,
  'areas import': async () => (await import('./areas.ts')).areasImport,
  admit: async () => (await import('./admit.ts')).admitCommand,
  'rules check': async () => (await import('./rules.ts')).rulesCheck,
  'rules test': async () => (await import('./rules.ts')).rulesTest,
  'pass read': async () => (await import('./passes/pass-read.ts')).passRead,
  serve: async () => (await import('./service/serve.ts')).serveCommand,
  'signer verify-journal': async () => (await import('./signer.ts')).signerVerifyJournal,
  'signer take-list': async () => (await import('./signer.ts')).signerTakeList,
  signer: async () => (await import('./signer.ts')).signerCommand,
  import: async () => (await import('./service/import.ts')).importCommand,
  reassess: async () => (await import('./service/reassess.ts')).reassessCommand,
  replay: async () => (await import('./service/replay.ts')).replayCommand,
  migrate: async () => (await import('./service/migrate.ts')).migrateCommand,
  backup: async () => (await import('./service/backup.ts')).backupCommand,
  restore: async () => (await import('./service/restore.ts')).restoreCommand,
  restored: async () => (await import('./service/restore.ts')).restoredCommand,
  'clients add': async () => (await import('./service/clients.ts')).clientsAdd,
  'clients list': async () => (await import('./service/clients.ts')).clientsList,
  'clients renew': async () => (await import('./service/clients.ts')).clientsRenew,
  'clients disable': async () => (await import('./service/clients.ts')).clientsDisable,
  'venues add': async () => (await import('./service/doors.ts')).venuesAdd,
  'venues list': async () => (await import('./service/doors.ts')).venuesList,
  'devices register': async () => (await import('./service/doors.ts')).devicesRegister,
  'devices list': async () => (await import('./service/doors.ts')).devicesList,
  'devices revoke': async () => (await import('./service/doors.ts')).devicesRevoke,
  'trust export': async () => (await import('./trust/export.ts')).trustExport,
  'keys list': async () => (await import('./service/keys.ts')).keysList,
  'keys add': async () => (await import('./service/keys.ts')).keysAdd,
  'keys promote': async () => (await import('./service/keys.ts')).keysPromote,
  'keys renew': async () => (await import('./service/keys.ts')).keysRenew,
  'keys retire': async () => (await import('./service/keys.ts')).keysRetire,
  'trust show': async () => (await import('./trust/show.ts')).trustShow,
  'trust new-key': async () => (await import('./trust/new-key.ts')).trustNewKey,
  'trust draft-keys': async () => (await import('./trust/draft-keys.ts')).trustDraftKeys,
  'trust draft-rules': async () => (await import('./trust/draft-rules.ts')).trustDraftRules,
  'trust sign': async () => (await import('./trust/sign.ts')).trustSign,
  'trust publish': async () => (await import('./trust/publish.ts')).trustPublish,
  province: async () => (await import('./province.ts')).province,
  demo: async () => (await import('./demo/demo.ts')).demo,
};

/** Every command, loaded. */
export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}

/** Runs the command that the arguments name and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const name = Object.keys(COMMANDS).find((words) => words.split(' ').every((word, i) => args[i] === word));
  if (name === undefined) {
    const asked = args.length === 0 || args[0] === '--help' || args[0] === 'help';
    (asked ? process.stdout : process.stderr).write(`${await overview()}\n`);
    return asked ? EXIT.done : EXIT.usage;
  }
  const command = await COMMANDS[name]!();
  const rest = args.slice(name.split(' ').length);
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

async function overview(): Promise<string> {
  const commands = await allCommands();
  const width = Math.max(0, ...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
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
  if (!(error instanceof Error)) return false;
  // By their names: to know the classes would load what they come with.
  if (error.name === 'OperatorError' || error.name === 'KeyError') return true;
  if (error.name === 'DatabaseError' && 'kind' in error)
    return error.kind === 'unavailable' || error.kind === 'forbidden';
  return 'syscall' in error;
}
