import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const KEPT = fileURLToPath(new URL('../../dist/typescript/packages', import.meta.url));
/** Hundreds of modules of a few lines each, which take longer to find than to run. */
const MANY_MODULES = 'typebox';
const FORM = { bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20' };
const ENTRY = new RegExp(`^${MANY_MODULES}(?:/([a-z]+))?$`);

let folder;

/** The address of one module that holds a package of many, or a part of it; undefined for every other. */
export async function packed(specifier) {
  const [is, part = 'index'] = ENTRY.exec(specifier) ?? [];
  if (is === undefined) return undefined;
  // Found out once: a process that has begun without it would have the package twice.
  folder ??= pack();
  const kept = await folder;
  const file = join(kept ?? '', `${part}.js`);
  return kept !== undefined && existsSync(file) ? pathToFileURL(file).href : undefined;
}

async function pack() {
  const resolved = require.resolve('typebox');
  const name = join('node_modules', MANY_MODULES);
  const root = resolved.slice(0, resolved.lastIndexOf(name) + name.length);
  const { version, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const made = JSON.stringify([require('esbuild/package.json').version, FORM, Object.keys(exports)]);
  const mark = createHash('sha256').update(made).digest('hex').slice(0, 16);
  const kept = join(KEPT, `${MANY_MODULES}-${version}-${mark}`);
  if (existsSync(kept)) return kept;
  const parts = Object.entries(exports).map(([part, { import: file }]) => [
    part === '.' ? 'index' : part.slice(2),
    join(root, file),
  ]);
  await bundle(Object.fromEntries(parts), kept);
  return existsSync(kept) ? kept : undefined;
}

/** Another process may do the same at the same moment; where nothing can be written, the package is read as it is. */
async function bundle(entryPoints, kept) {
  const own = `${kept}.${randomUUID()}`;
  try {
    const { default: esbuild } = await import('esbuild');
    const { outputFiles } = await esbuild.build({
      ...{ entryPoints, outdir: own, write: false, logLevel: 'silent' },
      ...FORM,
    });
    await mkdir(own, { recursive: true });
    // Each reaches the disk before their folder has its name, or a machine that fails then would never start again.
    for (const { path, contents } of outputFiles)
      await writeFile(join(own, basename(path)), contents, { flush: true });
    await rename(own, kept);
  } catch {
    await rm(own, { recursive: true, force: true }).catch(() => {});
  }
}
