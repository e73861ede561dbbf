import type { Installation, Site } from '../../server/installation.ts';
import { Problem } from '../../server/platform/http/problem.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { withInstallation } from './site.ts';

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

/** Prints a value as one line of JSON. */
export function printLine(value: object): void {
  process.stdout.write(`${printJson(value)}\n`);
}
