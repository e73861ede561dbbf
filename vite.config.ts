import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const ROOT = join(import.meta.dirname, 'web/citizen');
const OUT = join(import.meta.dirname, 'dist/web/citizen');
/** What keeps the files on a phone. Its address stays the same, so that a browser finds the next one. */
const WORKER = 'worker.js';

/** The pages of citizens. Phones of 2019 run what comes out. */
export default defineConfig({
  root: ROOT,
  base: './',
  publicDir: false,
  plugins: [react(), finish()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: ['es2019', 'chrome73', 'safari13'],
    modulePreload: false,
    // A picture inside the page would need a source that its policy does not allow.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: join(ROOT, 'index.html'), worker: join(ROOT, 'worker/worker.ts') },
      output: {
        entryFileNames: ({ name }) => (name === 'worker' ? WORKER : 'assets/[name]-[hash].js'),
      },
    },
  },
});

/** Tells the worker which files there are, and writes each file once more with brotli and with gzip, so that serving it costs nothing. */
function finish(): Plugin {
  return {
    name: 'finish',
    apply: 'build',
    closeBundle: () => {
      const names = readdirSync(OUT, { recursive: true, encoding: 'utf8' })
        .map((name) => name.replaceAll('\\', '/'))
        .filter((name) => /\.(?:html|js|css|svg)$/.test(name))
        .sort();
      nameFiles(names.filter((name) => name !== WORKER));
      for (const name of names) compress(join(OUT, name));
    },
  };
}

/** Another build is another worker, to the byte: that is how a browser knows. */
function nameFiles(names: readonly string[]): void {
  const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('base64');
  const files = Object.fromEntries(
    names.map((name) => [
      name === 'index.html' ? '/' : `/${name}`,
      `sha256-${digest(readFileSync(join(OUT, name)))}`,
    ]),
  );
  const path = join(OUT, WORKER);
  const text = JSON.stringify(files);
  const constantsOfBuild = `const KEPT_FILES=${text},BUILD=${JSON.stringify(digest(text).slice(0, 16))};\n`;
  writeFileSync(path, constantsOfBuild + readFileSync(path, 'utf8'));
}

function compress(path: string): void {
  const content = readFileSync(path);
  const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: size }));
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
}
