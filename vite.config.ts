import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const OUT = join(import.meta.dirname, 'dist/web/citizen');

/** The pages of citizens. Phones of 2019 run what comes out. */
export default defineConfig({
  root: join(import.meta.dirname, 'web/citizen'),
  base: './',
  publicDir: false,
  plugins: [react(), compress()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    target: ['es2019', 'chrome73', 'safari13'],
    modulePreload: { polyfill: false },
    // A picture inside the page would need a source that its policy does not allow.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});

/** Writes each file once more with brotli and with gzip, so that serving it costs nothing. */
function compress(): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    closeBundle: () => {
      const names = readdirSync(OUT, { recursive: true, encoding: 'utf8' });
      for (const name of names.filter((each) => /\.(?:html|js|css|svg)$/.test(each))) {
        const content = readFileSync(join(OUT, name));
        const size = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
        writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(content, { params: size }));
        writeFileSync(join(OUT, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}
