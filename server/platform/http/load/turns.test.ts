import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CROWD, createAdmission, LATE_STEP_MS } from './admission.ts';
import { IMPORTANCES } from './importance.ts';
import { createTurns, LOOK_MS } from './turns.ts';

/** Turns of which each takes so long, one after the other. */
function after(...turnsMs: readonly number[]) {
  const turns = createTurns(0);
  let nowMs = 0;
  for (const turnMs of turnsMs) {
    nowMs += turnMs;
    turns.over(nowMs);
  }
  return { turns, nowMs };
}

describe('turns of the event loop', () => {
  test('are not late while they are short', () => {
    const { turns, nowMs } = after(LOOK_MS, LOOK_MS, LOOK_MS);
    assert.equal(turns.lateMs(nowMs + LOOK_MS), 0);
  });

  test('are not late for a single long one, while it goes on or afterwards', () => {
    const { turns, nowMs } = after(LOOK_MS, LOOK_MS);
    assert.equal(turns.lateMs(nowMs + 900), 0);
    turns.over(nowMs + 900);
    assert.equal(turns.lateMs(nowMs + 901), 0);
    turns.over(nowMs + 900 + LOOK_MS);
    assert.equal(turns.lateMs(nowMs + 900 + LOOK_MS), 0);
  });

  test('are late by what two in a row have in common', () => {
    const { turns, nowMs } = after(LOOK_MS + 300, LOOK_MS + 120);
    assert.equal(turns.lateMs(nowMs), 120);
  });

  test('are late as soon as the second long one has gone on for too long', () => {
    const { turns, nowMs } = after(LOOK_MS, LOOK_MS + 200);
    assert.equal(turns.lateMs(nowMs + LOOK_MS + 50), 50);
    assert.equal(turns.lateMs(nowMs + LOOK_MS + 500), 200);
  });

  test('are late no more after a short one', () => {
    const { turns, nowMs } = after(500, 500, LOOK_MS);
    assert.equal(turns.lateMs(nowMs), 0);
  });
});

describe('when turns are late', () => {
  /** Of which so many have just come, and were answered at once. */
  const admissionOf = (crowd: number) => {
    const admission = createAdmission(256);
    for (let i = 0; i < crowd; i++) if (admission.take('checking', 1_000)) admission.leave('checking');
    return admission;
  };
  const letIn = (lateMs: number, crowd = CROWD) =>
    IMPORTANCES.filter((name) => admissionOf(crowd).take(name, 1_000, '', lateMs));

  test('one level more is turned away for each step, and doors never', () => {
    assert.deepEqual(letIn(LATE_STEP_MS - 1), IMPORTANCES);
    for (let level = 1; level < IMPORTANCES.length; level++)
      assert.deepEqual(letIn(level * LATE_STEP_MS), IMPORTANCES.slice(level));
    assert.deepEqual(letIn(60_000), ['checking']);
  });

  test('nobody is turned away where only a few have come', () => {
    assert.deepEqual(letIn(60_000, CROWD / 2), IMPORTANCES);
  });

  test('what watches over the service is let in', () => {
    assert.equal(admissionOf(CROWD).take('vital', 1_000, '', 60_000), true);
  });

  test('those who were shut out are let in again a quarter of a second after the last late one, not before', () => {
    const admission = admissionOf(CROWD);
    assert.equal(admission.take('overview', 1_000, '', LATE_STEP_MS), false);
    assert.equal(admission.take('overview', 1_200, '', 0), false);
    assert.equal(admission.take('overview', 1_251, '', 0), true);
  });
});
