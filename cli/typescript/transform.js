import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const KEPT = fileURLToPath(new URL('../../dist/typescript', import.meta.url));
const OPTIONS = {
  sourcemap: 'inline',
  sourcesContent: false,
  target: 'node20',
  jsx: 'automatic',
};
/** What comes out depends on this too. */
const MADE_BY = JSON.stringify([require('esbuild/package.json').version, OPTIONS]);

/**
 * A module without its types, as it was made before when its text, and what makes it, are the same. Modules outside of
 * the installation have no path in it and are not kept.
 */
export async function asJavaScript(url, path, text) {
  if (path === undefined) return transform(url, text);
  const file = join(KEPT, `${path}.js`);
  const mark = `\n//${createHash('sha256').update(MADE_BY).update(text).digest('base64')}\n`;
  const kept = read(file);
  if (kept?.endsWith(mark)) return kept;
  const made = (await transform(url, text)) + mark;
  await keep(file, made);
  return made;
}

async function transform(url, text) {
  // Most starts need none of it.
  const { default: esbuild } = await import('esbuild');
  const { code } = await esbuild.transform(text, {
    loader: extname(url).slice(1),
    sourcefile: basename(url),
    ...OPTIONS,
  });
  return code;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Another process may write or read it at the same moment; where nothing can be written, the next start takes longer. */
async function keep(file, text) {
  const own = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(own, text);
    await rename(own, file);
  } catch {
    await rm(own, { force: true }).catch(() => {});
  }
}
