import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maskName, maskNumber } from './mask.ts';

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

describe('a masked name', () => {
  for (const [name, masked] of [
    ['陈一', '*一'],
    ['欧阳小明', '***明'],
    ['陈', '*'],
    ['买买提·吐尔逊', '******逊'],
    ['Anna VOGEL', 'A** V**'],
    [' Selam ', 'S**'],
    ['<script>', '<**'],
  ] as const)
    test(`of ${name} is ${masked}`, () => assert.equal(maskName(name), masked));
});
