import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** An empty folder that is gone when the suite, or the file, that asked for it has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
