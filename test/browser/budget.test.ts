import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CITIZEN_PAGES } from '../../server/platform/http/pages/pages.ts';

/** All that a phone fetches, compressed. */
const BUDGET_BYTES = 90_000;

describe('the built page', () => {
  const names = readdirSync(CITIZEN_PAGES, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /\.(?:html|js|css|svg)$/.test(name));
  const textOf = (name: string) => readFileSync(join(CITIZEN_PAGES, name), 'utf8');

  test('is at most 90 kB in all', () => {
    const sizes = sources.map((name) => [name, statSync(join(CITIZEN_PAGES, `${name}.br`)).size] as const);
    const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    assert.ok(sizes.length >= 3, 'page, script and style');
    assert.ok(total <= BUDGET_BYTES, `${total} bytes: ${sizes.map((each) => each.join(' ')).join(', ')}`);
  });

  test('is there with gzip too, for browsers without brotli', () => {
    for (const name of sources) assert.ok(names.includes(`${name}.gz`), name);
  });

  test('fetches nothing from elsewhere and holds no script or style in the page', () => {
    const page = textOf('index.html');
    assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=/);
    for (const [, address] of page.matchAll(/\s(?:src|href)="([^"]*)"/g)) assert.match(address!, /^\.\//);
    for (const name of sources.filter((each) => each.endsWith('.css')))
      assert.doesNotMatch(textOf(name), /url\((?!#)|@import|@font-face/);
  });

  test('makes no code while it runs', () => {
    for (const name of sources.filter((each) => each.endsWith('.js')))
      assert.doesNotMatch(textOf(name), /\beval\(|new Function\(|[^.\w]Function\(/);
  });
});
