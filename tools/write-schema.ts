// `npm run schema`: applies all migrations to an empty database and writes down what came of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalogue } from '../server/platform/db/catalogue.ts';
import { describeSchema, SNAPSHOT } from '../server/platform/db/describe-schema.ts';
import { openStore } from '../server/platform/db/open-store.ts';

const dataFolder = mkdtempSync(join(tmpdir(), 'healthcode-'));
try {
  const store = await openStore({ dataFolder }, { fast: true });
  try {
    writeFileSync(SNAPSHOT, describeSchema(await readCatalogue(store.owner)));
  } finally {
    await store.stop();
  }
} finally {
  rmSync(dataFolder, { recursive: true });
}
