import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zh } from '../../words/zh.ts';
import { applicationOf, type Draft, emptyDraft, faultsOf } from './draft.ts';
import { cities, countiesOf, otherProvinces, regionName } from './regions.ts';

const TODAY = '2021-01-20';
const NOW = `${TODAY}T14:30:00+08:00`;

const whole: Draft = {
  ...emptyDraft(false),
  ...{ type: 'passport', number: ' l898 902c3 ', issuer: 'uto', name: ' ANNA ' },
  ...{ phone: '+49 151 (0000) 0000', city: '3301', region: '330106', address: ' Hotel 1 ' },
  ...{ fever: true, contact: false, overseas: true, travelled: true, isTruthful: true },
  feverSince: '2021-01-19',
  stays: [
    { region: '130102', place: '广场', name: '河北', from: '2021-01-10', to: '2021-01-12' },
    { region: '130102', place: '', name: '河北', from: TODAY, to: TODAY },
  ],
};

describe('an application that is filled in', () => {
  test('has no faults and is sent as the service takes it', () => {
    for (const step of ['who', 'reach', 'declaration', 'commit'] as const)
      assert.deepEqual(faultsOf(step, whole, zh, TODAY), {}, step);
    assert.deepEqual(applicationOf(whole, NOW), {
      document: { type: 'passport', number: 'L898902C3', issuer: 'UTO' },
      name: 'ANNA',
      phone: '+4915100000000',
      region: '330106',
      address: 'Hotel 1',
      declaration: {
        ...{ fever: true, feverSince: '2021-01-19T00:00:00+08:00', contact: false, overseas: true },
        stays: [
          {
            ...{ region: '130102', place: '广场' },
            ...{ from: '2021-01-10T00:00:00+08:00', to: '2021-01-12T23:59:59+08:00' },
          },
          { region: '130102', from: '2021-01-20T00:00:00+08:00', to: NOW },
        ],
        truthful: true,
      },
    });
  });

  test('names no document where somebody is verified already, unless they have another', () => {
    const verified = { ...whole, isVerified: true };
    assert.equal('document' in applicationOf(verified, NOW), false);
    const { document, name } = applicationOf({ ...verified, hasFurther: true }, NOW);
    assert.deepEqual([document?.number, name], ['L898902C3', undefined]);
  });

  test('drops what belongs to an answer that was changed', () => {
    const { declaration, until } = applicationOf(
      { ...whole, fever: false, travelled: false, until: TODAY },
      NOW,
    );
    assert.deepEqual(declaration, {
      ...{ fever: false, contact: false, overseas: true, stays: [], truthful: true },
    });
    assert.equal(until, undefined);
  });
});

describe('an application with faults', () => {
  test('is told each of them', () => {
    const empty = emptyDraft(false);
    assert.deepEqual(Object.keys(faultsOf('who', empty, zh, TODAY)), ['type', 'number', 'name']);
    assert.deepEqual(Object.keys(faultsOf('reach', empty, zh, TODAY)), ['phone', 'city', 'address']);
    const questions = ['fever', 'contact', 'overseas', 'travelled'];
    assert.deepEqual(Object.keys(faultsOf('declaration', empty, zh, TODAY)), questions);
    assert.deepEqual(Object.keys(faultsOf('commit', empty, zh, TODAY)), ['isTruthful']);
  });

  test('is told of numbers that cannot be, days that are to come, and stays that end before they begin', () => {
    const number = { ...whole, type: 'resident-id', number: '339900199505059910' } as const;
    assert.deepEqual(faultsOf('who', number, zh, TODAY), { number: zh.documentWrong });
    const stays = [
      { ...whole.stays[0]!, from: '2021-01-21' },
      { ...whole.stays[0]!, to: '2021-01-09' },
    ];
    assert.deepEqual(faultsOf('declaration', { ...whole, stays, feverSince: '2021-01-21' }, zh, TODAY), {
      feverSince: zh.dayWrong,
      from0: zh.dayWrong,
      to1: zh.stayWrong,
    });
    const visitor = { ...whole, isVisitor: true, until: '2021-01-19' };
    assert.deepEqual(Object.keys(faultsOf('reach', visitor, zh, TODAY)), ['until']);
  });
});

describe('the regions to choose from', () => {
  test('are the eleven cities of Zhejiang with their counties, and the other provinces', () => {
    assert.deepEqual([cities.length, otherProvinces.length], [11, 33]);
    const counties = cities.flatMap(({ code }) => countiesOf(code));
    assert.equal(counties.length, 90);
    assert.equal(new Set(counties.map(({ code }) => code)).size, 90);
    for (const { code, zh, en } of counties)
      assert.ok(/^33\d{4}$/.test(code) && zh.length > 1 && /^[A-Z][a-z']+$/.test(en), `${code} ${zh} ${en}`);
  });

  test('have names', () => {
    assert.equal(regionName('330106', 'zh'), '杭州市西湖区');
    assert.equal(regionName('330106', 'en'), 'Xihu, Hangzhou');
    assert.equal(regionName('310000', 'en'), 'Shanghai');
    assert.equal(regionName('659001', 'zh'), '659001');
  });
});
