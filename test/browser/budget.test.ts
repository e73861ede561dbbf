import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { CITIZEN_PAGES } from '../../server/platform/http/pages/pages.ts';

/** All that everybody fetches, compressed. */
const BUDGET_BYTES = 90_000;
/** What is fetched besides: the forms by whoever applies or changes something; by a bound phone its piece, and the worker. */
const LATER_BUDGET_BYTES = 20_000;
const LATER_FILES = /forms-part|phone-part|worker/;

describe('the built page', () => {
  const names = readdirSync(CITIZEN_PAGES, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /\.(?:html|js|css|svg)$/.test(name));
  const textOf = (name: string) => readFileSync(join(CITIZEN_PAGES, name), 'utf8');

  const mustBeWithin = (chosen: readonly string[], budget: number) => {
    const sizes = chosen.map((name) => [name, statSync(join(CITIZEN_PAGES, `${name}.br`)).size] as const);
    const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
    assert.ok(total <= budget, `${total} bytes: ${sizes.map((each) => each.join(' ')).join(', ')}`);
  };

  test('is at most 90 kB at the first load', () => {
    const first = sources.filter((name) => !LATER_FILES.test(name));
    assert.ok(first.length >= 4, 'page, script, style and icon');
    mustBeWithin(first, BUDGET_BYTES);
  });

  test('is at most 20 kB more where all of it is used, and the page does not ask for that at once', () => {
    const later = sources.filter((name) => LATER_FILES.test(name));
    assert.equal(later.length, 3, later.join());
    mustBeWithin(later, LATER_BUDGET_BYTES);
    assert.doesNotMatch(textOf('index.html'), LATER_FILES);
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
