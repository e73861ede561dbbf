import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { progressLine } from './progress.ts';

describe('the progress line', () => {
  test('tells share, count, rate and time left', () => {
    assert.equal(
      progressLine(250_000, 1_000_000, 2, 'people'),
      '[██████··················]  25%  250,000 of 1,000,000 people  125,000/s  6 s left',
    );
  });

  test('tells no time left before anything is done', () => {
    assert.equal(progressLine(0, 10, 0, 'lists'), '[························]   0%  0 of 10 lists  0/s  ');
  });

  test('only counts where nobody knows how much there is', () => {
    assert.equal(progressLine(1_200, undefined, 4, 'lists'), '1,200 lists  300/s');
  });
});
