import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { progressLine, sharedDone } from './progress.ts';

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

  test('tells no time below none when more is done than there was', () => {
    assert.match(progressLine(150, 100, 60, 'people'), /100% {2}150 of 100 people {2}3\/s {2}0 s left$/);
  });

  test('tells of shared work what everybody has done, and nothing twice', () => {
    assert.equal(sharedDone(1_000, 0, 1_000), 0);
    assert.equal(sharedDone(1_000, 120, 1_000), 120, 'a share that is not whole yet');
    assert.equal(sharedDone(1_000, 120, 400), 600, 'others have done the rest');
    assert.equal(sharedDone(1_000, 1_200, 10), 1_000, 'some were looked at again');
  });

  test('only counts where nobody knows how much there is', () => {
    assert.equal(progressLine(1_200, undefined, 4, 'lists'), '1,200 lists  300/s');
  });
});
