import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The options of `node` with which a process of its own reads TypeScript. */
export const TYPESCRIPT: readonly string[] = [
  '--import',
  pathToFileURL(join(import.meta.dirname, 'register.js')).href,
];
