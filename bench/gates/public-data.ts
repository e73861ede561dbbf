import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** This machine lacks what a benchmark measures with. */
export class MissingDataError extends Error {
  override readonly name = 'MissingDataError';
}

/**
 * The path of a folder of the public data, which is measured with and never committed.
 *
 * @throws {MissingDataError} when this machine lacks it
 */
export function publicData(folder: string): string {
  const path = join(process.env.HEALTHCODE_TEST_DATA ?? '../shared/data', folder);
  if (existsSync(path)) return path;
  throw new MissingDataError(
    `there is no ${path}: HEALTHCODE_TEST_DATA must name the folder of the public data`,
  );
}
