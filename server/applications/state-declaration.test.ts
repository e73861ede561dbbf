import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEVER, parseInstant } from '../../domain/time.ts';
import { normalisePhone } from './content.ts';
import type { DeclaredStay } from './read-declaration.ts';
import { changesOf, type OwnRecord } from './state-declaration.ts';

const NOW = parseInstant('2021-01-20T12:00:00+08:00');
const stay = (from: string, to?: string, place?: string): DeclaredStay => ({
  ...{ region: '330106', place },
  ...{ from: parseInstant(`${from}T08:00:00+08:00`) },
  to: to === undefined ? NEVER : parseInstant(`${to}T08:00:00+08:00`),
});
const known = (id: string, from: string, to?: string): OwnRecord => {
  const end = to === undefined ? {} : { to: `${to}T08:00:00+08:00` };
  return {
    ...{ id, version: 3, kind: 'stay' },
    data: { region: '330106', from: `${from}T08:00:00+08:00`, ...end },
  };
};
const fever = (to?: string): OwnRecord => {
  const end = to === undefined ? {} : { to };
  return {
    ...{ id: 'old-fever-1', version: 1, kind: 'symptom' },
    data: { fever: true, from: '2021-01-19T08:00:00+08:00', ...end },
  };
};
const changes = (own: readonly OwnRecord[], stays: readonly DeclaredStay[], feverSince?: number) =>
  changesOf(own, { statedAt: NOW, stays, feverSince }, 'new').map(({ id, version, retracted, data }) =>
    [id, version, retracted ? 'retracted' : (data!.to ?? 'open')].join(' '),
  );

describe('what is declared, against what was stated before', () => {
  const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'a stay of another application that has gone on is the same stay',
      changes([known('old-stay-1', '2021-01-10')], [stay('2021-01-10', '2021-01-12')]),
      ['old-stay-1 4 2021-01-12T08:00:00+08:00'],
    ],
    ['what is the same is nothing', changes([known('old-stay-1', '2021-01-10')], [stay('2021-01-10')]), []],
    [
      'what is left out never was',
      changes([known('old-stay-1', '2021-01-10')], []),
      ['old-stay-1 4 retracted'],
    ],
    [
      'what ended before the days that are asked about stays',
      changes([known('old-stay-1', '2020-12-01', '2020-12-29')], []),
      [],
    ],
    [
      'another place is another stay',
      changes([known('old-stay-1', '2021-01-10')], [stay('2021-01-10', undefined, '文三路')]),
      ['new-stay-1 1 open', 'old-stay-1 4 retracted'],
    ],
    [
      'a key is given once',
      changes([{ ...known('new-stay-1', '2021-01-10'), data: undefined }], [stay('2021-01-10')]),
      ['new-stay-2 1 open'],
    ],
    ['a fever that goes on is the same', changes([fever()], [], NOW), []],
    [
      'a fever that is not there has gone',
      changes([fever()], []),
      ['old-fever-1 2 2021-01-20T12:00:00+08:00'],
    ],
    [
      'a fever after one that has gone is another',
      changes([fever('2021-01-19T20:00:00+08:00')], [], NOW),
      ['new-fever-1 1 open'],
    ],
    ['a fever that has gone is not spoken of again', changes([fever('2021-01-19T20:00:00+08:00')], []), []],
    [
      'a fever that began at another time is corrected',
      changes([fever()], [], parseInstant('2021-01-18T08:00:00+08:00')),
      ['old-fever-1 2 open'],
    ],
  ];
  for (const [what, got, expected] of CASES) test(what, () => assert.deepEqual(got, expected));
});

test('a phone has one form, with the code of the country or without', () => {
  const forms = ['13900000001', '+8613900000001', '008613900000001'].map(normalisePhone);
  assert.deepEqual(new Set(forms), new Set(['13900000001']));
  assert.equal(normalisePhone('+861234'), '+861234');
});
