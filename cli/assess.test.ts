import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandRow, commandTable } from '../test/command-table.ts';
import { defaultPackage } from '../test/default-rules.ts';
import { runProgram } from '../test/program.ts';

const AT = '2021-01-06T00:00:00+08:00';
const [ANNA, BO] = ['11111111', '22222222'].map((number) => ({ document: { type: 'tw-permit', number } }));

function entry(person: unknown, id: string, more: object = {}): string {
  return JSON.stringify({
    ...{
      source: 'border',
      id,
      version: 1,
      recordedAt: '2021-01-02T00:00:00+08:00',
      person,
      kind: 'overseas',
    },
    ...{ data: { country: 'US', enteredAt: '2021-01-01T12:00:00+08:00' }, ...more },
  });
}

const GOOD = [entry(ANNA, '1'), entry(BO, '2', { retracted: true }), entry(ANNA, '3', { version: 2 })];
const FAULTY = [
  entry(ANNA, '1'),
  entry(BO, '2', { data: { country: 'CN', enteredAt: 'x' } }),
  '',
  '{',
  entry(ANNA, '3'),
];
const REAPPEARS = [entry(ANNA, '1'), entry(BO, '2'), entry(ANNA, '3')];
const AREA = { level: 'high', region: '330683', from: '2021-01-01T00:00:00+08:00' };
const STAY = entry(BO, '4', {
  kind: 'stay',
  data: { region: '330683001', from: '2021-01-03T00:00:00+08:00' },
});

const FILES = {
  'good.ndjson': GOOD.join('\n'),
  'faulty.ndjson': FAULTY.join('\n'),
  'reappears.ndjson': REAPPEARS.join('\n'),
  'empty.ndjson': '',
  'stay.ndjson': STAY,
  'areas.ndjson': JSON.stringify(AREA),
  'bad-areas.ndjson': `${JSON.stringify(AREA)}\n${JSON.stringify({ ...AREA, level: 'extreme' })}`,
  'rules.json': JSON.stringify(defaultPackage()),
  'seven.json': JSON.stringify(defaultPackage()).replace('"entryDays":14', '"entryDays":7'),
  'misspelt.json': JSON.stringify({ ...defaultPackage(), tets: [] }),
};

const ONE_LINE = /^\{[^\n]*11111111[^\n]*\n$/;
const PRINTED =
  /^\{"person":\{"document":\{"type":"tw-permit","number":"11111111"\}\},"at":"2021-01-06T00:00:00\+08:00","rules":"zj-2021-01","colour":"red","nextChangeAt":"2021-01-16T00:00:00\+08:00","grounds":\[.*\n\{"person":\{"document":\{"type":"tw-permit","number":"22222222"\}\},.*"colour":"green","nextChangeAt":null,"grounds":\[\],"measures":\[\],"advisories":\[\]\}\n$/s;
const FAULTS = [
  'faulty.ndjson:2: data.country: must be an ISO 3166-1 alpha-2 code other than CN',
  'faulty.ndjson:2: data.enteredAt: must be an RFC 3339 time with an offset',
  'faulty.ndjson:4: is not JSON',
].join('\n');
const USAGE = /^healthcode [a-z ]+: .+\n\nusage: healthcode /;

const ROWS: readonly CommandRow[] = [
  ['prints a line a person', `assess --evidence good.ndjson --at ${AT}`, 0, PRINTED],
  [
    'prints the same of a grouped file',
    `assess --grouped --evidence stay.ndjson --at ${AT}`,
    0,
    /"colour":"green"/,
  ],
  ['prints nothing of nothing', `assess --evidence empty.ndjson --at ${AT}`, 0, ''],
  [
    'leaves out a person with a fault and tells file, line, field',
    `assess --evidence faulty.ndjson --at ${AT}`,
    1,
    /^\{[^\n]*11111111[^\n]*\n$/,
    `${FAULTS}\n`,
  ],
  [
    'tells the same of a grouped file',
    `assess --grouped --evidence faulty.ndjson --at ${AT}`,
    1,
    '',
    /:2: data\.country: .*:5: person: stood earlier in the file/s,
  ],
  [
    'knows a person who reappears',
    `assess --grouped --evidence reappears.ndjson --at ${AT}`,
    1,
    /^\{[^\n]*22222222[^\n]*\n$/,
    'reappears.ndjson:3: person: stood earlier in the file, which must be grouped by person\n',
  ],
  [
    'asks what was known then',
    `assess --evidence good.ndjson --at ${AT} --known-at 2021-01-01T23:59:59+08:00`,
    0,
    /11111111[^\n]*"colour":"green"/,
  ],
  [
    'asks what is known later about before',
    `assess --evidence good.ndjson --at 2021-01-01T12:00:00+08:00 --known-at ${AT}`,
    0,
    /11111111[^\n]*"colour":"red"/,
  ],
  [
    'reads listed areas',
    `assess --evidence stay.ndjson --areas areas.ndjson --at ${AT}`,
    0,
    /"colour":"yellow".*"clause":"R3b"/,
  ],
  [
    'prints nothing when an area has a fault',
    `assess --evidence stay.ndjson --areas bad-areas.ndjson --at ${AT}`,
    1,
    '',
    /^bad-areas\.ndjson:2: level: must be one of/,
  ],
  [
    'prints nothing when the rules fail a test of their own',
    `assess --evidence good.ndjson --rules seven.json --at ${AT}`,
    1,
    '',
    /^seven\.json: tests\[\d+\]: ".+" \(\w+\): /,
  ],
  [
    'prints nothing when the rules are faulty',
    `assess --evidence good.ndjson --rules misspelt.json --at ${AT}`,
    1,
    '',
    'misspelt.json: tets: is not a field here\n',
  ],
  ['takes rules that are named', `assess --evidence empty.ndjson --rules rules.json --at ${AT}`, 0, ''],
  [
    'tells that there is no such file',
    `assess --evidence nowhere.ndjson --at ${AT}`,
    1,
    '',
    'nowhere.ndjson: cannot be read: no such file\n',
  ],
  [
    'tells that a folder is none',
    `assess --evidence . --at ${AT}`,
    1,
    '',
    '.: cannot be read: it is a directory\n',
  ],
  ['wants a file', `assess --at ${AT}`, 2, '', /--evidence is required/],
  ['wants an instant', 'assess --evidence good.ndjson', 2, '', /--at TIME is required/],
  [
    'wants an offset',
    'assess --evidence good.ndjson --at 2021-01-06T00:00:00',
    2,
    '',
    /--at must be an RFC 3339 time/,
  ],
  ['wants a year that is possible', 'assess --evidence good.ndjson --at 1800-01-06T00:00:00Z', 2, '', USAGE],
  [
    'wants a known instant',
    `assess --evidence good.ndjson --at ${AT} --known-at now`,
    2,
    '',
    /--known-at must be/,
  ],
  ['knows no other option', `assess --evidence good.ndjson --at ${AT} --force`, 2, '', USAGE],
  ['takes no argument besides', `assess good.ndjson --at ${AT}`, 2, '', USAGE],
  ['explains itself', 'assess --help', 0, /^usage: healthcode assess /],
];

commandTable('assess', FILES, ROWS);

test('assess reads - as standard input and exits with the code of its faults', () => {
  const args = ['assess', '--evidence', '-', '--at', AT];
  const { status, stdout, stderr } = runProgram(args, FAULTY.join('\n'));
  assert.equal(status, 1);
  assert.match(stdout, ONE_LINE);
  assert.equal(stderr, `${FAULTS.replaceAll('faulty.ndjson', '-')}\n`);
});
