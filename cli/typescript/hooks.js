// Runs on the thread that Node asks where modules are and what they hold.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { packed } from './packed-package.js';
import { asJavaScript } from './transform.js';

const ROOT = new URL('../../', import.meta.url).href;
const MODULES = `${ROOT}node_modules/`;

/** Modules of ours are where they say; a package of many small modules is one that was made of them. */
export async function resolve(specifier, context, next) {
  const from = context.parentURL ?? '';
  if (/^\.\.?\/.*\.ts$/.test(specifier) && from.startsWith(ROOT) && !from.startsWith(MODULES))
    return { url: new URL(specifier, from).href, format: 'module', shortCircuit: true };
  const url = await packed(specifier);
  return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true };
}

/** TypeScript without its types. */
export async function load(url, context, next) {
  if (!/^file:.*\.tsx?$/.test(url) || url.startsWith(MODULES)) return next(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  const path = url.startsWith(ROOT) ? url.slice(ROOT.length) : undefined;
  return { format: 'module', source: await asJavaScript(url, path, text), shortCircuit: true };
}
