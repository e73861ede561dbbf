import { existsSync, readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const KEPT = fileURLToPath(new URL('../../dist/typescript/packages', import.meta.url));
/** Hundreds of modules of a few lines each, which take longer to find than to run. */
const MANY_MODULES = 'typebox';
const ENTRY = new RegExp(`^${MANY_MODULES}(?:/([a-z]+))?$`);

let folder;

/** The address of one module that holds a package of many, or a part of it; undefined for every other. */
export async function packed(specifier) {
  const [is, part = 'index'] = ENTRY.exec(specifier) ?? [];
  if (is === undefined) return undefined;
  folder ??= pack();
  const file = join(await folder, `${part}.js`);
  return existsSync(file) ? pathToFileURL(file).href : undefined;
}

async function pack() {
  const resolved = require.resolve('typebox');
  const name = join('node_modules', MANY_MODULES);
  const root = resolved.slice(0, resolved.lastIndexOf(name) + name.length);
  const { version, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const kept = join(KEPT, `${MANY_MODULES}-${version}`);
  if (existsSync(kept)) return kept;
  const parts = Object.entries(exports).map(([part, { import: file }]) => [
    part === '.' ? 'index' : part.slice(2),
    join(root, file),
  ]);
  await bundle(Object.fromEntries(parts), kept);
  return kept;
}

/** Another process may do the same at the same moment; where nothing can be written, the package is read as it is. */
async function bundle(entryPoints, kept) {
  const own = `${kept}.${process.pid}`;
  try {
    const { default: esbuild } = await import('esbuild');
    const form = { bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20' };
    await esbuild.build({ entryPoints, outdir: own, logLevel: 'silent', ...form });
    await rename(own, kept);
  } catch {
    await rm(own, { recursive: true, force: true }).catch(() => {});
  }
}
