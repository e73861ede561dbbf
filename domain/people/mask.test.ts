import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maskNumber } from './mask.ts';

describe('a masked number', () => {
  for (const [number, masked] of [
    ['339900199001010011', '339*************11'],
    ['H99000001', 'H99****01'],
    ['99000001', '990***01'],
    ['1234567', '*******'],
    ['1', '*'],
  ] as const)
    test(`of ${number} is ${masked}`, () => assert.equal(maskNumber(number), masked));
});
