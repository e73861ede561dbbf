import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { startPackaged } from './browser.ts';

test('a machine without a browser runs a page in the one from npm', async () => {
  const before = { ...process.env };
  const folder = temporaryFolder();
  assert.ok(folder.startsWith(tmpdir()));
  const browser = await startPackaged(folder);
  try {
    const page = await browser.newPage();
    await page.setContent('<h1>绿码</h1>');
    assert.equal(await page.evaluate('document.querySelector("h1").textContent + 6 * 7'), '绿码42');
    assert.ok(existsSync(`${folder}/chromium`));
    assert.deepEqual({ ...process.env }, before);
  } finally {
    await browser.close();
  }
});
