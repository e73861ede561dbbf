// After `npm ci`: builds the pages. An installation without the packages for building has its pages from elsewhere, or none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const vite = join(import.meta.dirname, '../node_modules/vite/bin/vite.js');
if (existsSync(vite)) {
  const options = { stdio: 'inherit', cwd: join(import.meta.dirname, '..') };
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], options);
  process.exit(status ?? 1);
}
console.log('the pages are not built: vite is not installed');
