import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';

/** Where the public data lies: real lists and vectors that are tested with and never committed. */
const ROOT = resolve(process.env.HEALTHCODE_TEST_DATA ?? '../shared/data');

/** The path of a folder or file of the public data, such as `risk-areas`; undefined when this machine lacks it. */
function publicData(name: string): string | undefined {
  const path = join(ROOT, name);
  return existsSync(path) ? path : undefined;
}

/**
 * A suite over a folder of the public data. Without the data it is reported as skipped, by name;
 * where `CI` is `true` the data is owed, and its absence is a failing test.
 */
export function describePublic(name: string, folder: string, suite: (path: string) => void): void {
  const path = publicData(folder);
  const missing = `the public data has no ${folder} (HEALTHCODE_TEST_DATA names its folder)`;
  if (path !== undefined) describe(name, () => suite(path));
  else if (process.env.CI === 'true') test(name, () => assert.fail(missing));
  else describe(name, { skip: missing }, () => {});
}
