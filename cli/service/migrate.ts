import { parseArgs } from 'node:util';
import { distribute } from '../../server/platform/db/citus/distribute.ts';
import { openDatabase } from '../../server/platform/db/database.ts';
import type { Place, Store } from '../../server/platform/db/open-store.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { type Command, EXIT } from '../command.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode migrate [--citus] [--data DIR] [--keys DIR]

Makes the database, its roles and its schema, or brings the schema up to date, and prints
{"applied":[…],"unknown":[…]}: the migrations of this release that were applied now, and those of a newer release that
were here before. Every other command that works on the database does the same first.

  --citus     spreads the tables over the workers of Citus afterwards, those that are not spread yet, and adds
              "distributed":[…] to what is printed; the service must not run meanwhile (docs/scaling.md)
${SITE_HELP}`;

/** `healthcode migrate`: the schema, up to date. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the schema of the database up to date',
  help: HELP,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { ...SITE_OPTIONS, citus: { type: 'boolean' } },
    });
    const site = siteOf(values);
    const done = await withInstallation(site, async ({ store }) =>
      values.citus ? { ...store.migrated, distributed: await spread(store, site.place) } : store.migrated,
    );
    process.stdout.write(`${JSON.stringify(done)}\n`);
    return EXIT.done;
  },
};

async function spread({ owner }: Store, place: Place): Promise<string[]> {
  if (!('url' in place))
    throw new OperatorError(
      'the embedded database has no workers; DATABASE_URL names the coordinator of Citus',
    );
  const login = openDatabase({ url: place.url, connections: 1 });
  return distribute(owner, login).finally(login.close);
}
