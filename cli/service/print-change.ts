import { parseArgs } from 'node:util';
import type { Installation, Site } from '../../server/installation.ts';
import type { Database } from '../../server/platform/db/database.ts';
import { Problem } from '../../server/platform/http/problem.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

/** Who changes what is registered from the command line. */
export const OPERATOR = 'operator';

/** Changes something in an installation and prints what came of it; what stands in the way is told as the service tells it. */
export async function printChange(
  site: Site,
  work: (installation: Installation) => Promise<object>,
): Promise<number> {
  try {
    printLine(await withInstallation(site, work));
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'invalid') throw new UsageError(error.message);
    throw new OperatorError(error.message);
  }
}

/** The same for a command that names one ID, and nothing else. */
export function changeOne(
  args: readonly string[],
  work: (db: Database, id: string) => Promise<object>,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: SITE_OPTIONS,
  });
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new UsageError('names one ID');
  return printChange(siteOf(values), ({ store }) => work(store.app, id));
}

/** Prints a value as one line of JSON. */
export function printLine(value: object): void {
  process.stdout.write(`${printJson(value)}\n`);
}
