import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { build } from 'vite';
import type { Vectors } from '../vectors/vectors.ts';
import { testBrowser } from './browser.ts';

const VECTORS = join(import.meta.dirname, '../../credential/vectors.json');
const PAGE = 'https://vectors.test/';

describe('the known answers of the pass, in a browser', () => {
  const browser = testBrowser();
  const vectors: Vectors = JSON.parse(readFileSync(VECTORS, 'utf8'));
  let script = '';
  before(async () => {
    script = await bundled(join(import.meta.dirname, 'vectors-page.ts'));
  });

  /** The answers that came out otherwise. */
  async function run(given: Vectors): Promise<string[]> {
    const { page, faults, close } = await browser.phone();
    // WebCrypto is there only where a page is safe.
    await page.route(PAGE, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(PAGE);
    await page.addScriptTag({ content: script });
    const found = await page.evaluate(runInPage, given);
    assert.deepEqual(faults, []);
    await close();
    return found;
  }

  test('are what comes out with WebCrypto', async () => {
    assert.deepEqual(await run(vectors), []);
  });

  test('are noticed when they are others', async () => {
    const passes = vectors.passes.map((pass) => ({ ...pass, conclusion: undefined }));
    assert.equal((await run({ ...vectors, passes })).length, passes.length);
  });
});

/** Runs in the browser. */
function runInPage(given: Vectors): Promise<string[]> {
  const page = globalThis as unknown as { runVectors: (vectors: Vectors) => Promise<string[]> };
  return page.runVectors(given);
}

/** A script, with all that it imports. */
async function bundled(entry: string): Promise<string> {
  const lib = { entry, formats: ['iife' as const], name: 'page' };
  const output = await build({
    ...{ configFile: false, logLevel: 'warn', publicDir: false },
    build: { write: false, lib, target: 'chrome100', minify: false },
  });
  const [first] = [output].flat();
  assert.ok(first && 'output' in first);
  const [chunk] = first.output;
  return chunk.code;
}
