import { parseArgs } from 'node:util';
import { type Command, EXIT } from '../command.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode migrate [--data DIR] [--keys DIR]

Makes the database, its roles and its schema, or brings the schema up to date, and prints
{"applied":[…],"unknown":[…]}: the migrations of this release that were applied now, and those of a newer release that
were here before. Every other command that works on the database does the same first.

${SITE_HELP}`;

/** `healthcode migrate`: the schema, up to date. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the schema of the database up to date',
  help: HELP,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: SITE_OPTIONS });
    const migrated = await withInstallation(siteOf(values), async ({ store }) => store.migrated);
    process.stdout.write(`${JSON.stringify(migrated)}\n`);
    return EXIT.done;
  },
};
