import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grouped, left, percent, right, sideBySide, width } from './columns.ts';

describe('columns on a terminal', () => {
  test('count Chinese characters and their punctuation twice', () => {
    assert.equal(width('绍兴 Shaoxing'), 13);
    assert.equal(width('（人数）：'), 10);
    assert.equal(width('—●·█'), 4);
  });

  test('are filled with blanks', () => {
    assert.equal(left('绿码', 6), '绿码  ');
    assert.equal(right('12', 4), '  12');
    assert.equal(left('too long', 3), 'too long');
  });

  test('stand side by side, English at the same column', () => {
    const rows = [
      { zh: '红', en: 'red' },
      { zh: '黄码', en: 'yellow' },
    ];
    const starts = rows.map((text) => width(sideBySide(text, '  ').replace(/[a-z]+$/, '')));
    assert.equal(new Set(starts).size, 1);
  });

  test('group thousands and tell shares', () => {
    assert.equal(grouped(64_567_588), '64,567,588');
    assert.equal(percent(1, 3), '33.33 %');
    assert.equal(percent(0, 0), '');
  });
});
