import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeParameters, USUAL_PARAMETERS } from './parameters.ts';

test('parameters are changed by name, within bounds, and nothing else is', () => {
  const changed = changeParameters(USUAL_PARAMETERS, { onlineSeconds: 30, paperDays: 7 }, false);
  assert.deepEqual(changed, { ...USUAL_PARAMETERS, onlineSeconds: 30, paperDays: 7 });
  assert.deepEqual(changeParameters(USUAL_PARAMETERS, {}, false), USUAL_PARAMETERS);
  for (const [wrong, why] of [
    [{ onlineSeconds: 86_400 }, /onlineSeconds is a whole number from 10 to 600/],
    [{ showSeconds: '15' }, /showSeconds/],
    [{ paperDays: 1.5 }, /paperDays/],
    [{ toString: 1 }, /no parameter toString/],
    [{ __proto__: null, constructor: 1 }, /no parameter constructor/],
    [[], /an object/],
    [null, /an object/],
  ] as const)
    assert.throws(() => changeParameters(USUAL_PARAMETERS, wrong, true), {
      name: 'RangeError',
      message: why,
    });
});

test('the epochs of an installation are set when it is founded, and stay', () => {
  const epochs = { epochSeconds: 3_600 };
  assert.equal(changeParameters(USUAL_PARAMETERS, epochs, true).epochSeconds, 3_600);
  assert.throws(() => changeParameters(USUAL_PARAMETERS, epochs, false), /epochSeconds.*stays/);
});
