import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandRow, commandTable } from '../test/command-table.ts';
import { defaultPackage } from '../test/default-rules.ts';
import { runProgram } from '../test/program.ts';

const RULES = JSON.stringify(defaultPackage());
const FILES = {
  'rules.json': RULES,
  'seven.json': RULES.replace('"entryDays":14', '"entryDays":7'),
  'misspelt.json': JSON.stringify({ ...defaultPackage(), tets: [] }),
  'text.json': 'rules',
};

const USAGE = /^healthcode [a-z ]+: .+\n\nusage: healthcode /;

const ROWS: readonly CommandRow[] = [
  [
    'admits green',
    'admit --colour green --venue school',
    0,
    /^\{"outcome":"allow","clause":"M12","reason":\{"zh":".+","en":".+"\}\}\n$/,
  ],
  ['denies red', 'admit --colour red --venue bus --masked', 0, /^\{"outcome":"deny","clause":"M6"/],
  [
    'wants a mask of yellow',
    'admit --colour yellow --venue bus',
    0,
    /^\{"outcome":"allow-if-masked","clause":"M9"/,
  ],
  ['sees the mask', 'admit --colour yellow --venue bus --masked', 0, /^\{"outcome":"allow","clause":"M9"/],
  [
    'asks staff about nobody',
    'admit --colour none --venue bus',
    0,
    /^\{"outcome":"ask-staff","clause":"S10"/,
  ],
  [
    'lets the identified ride',
    'admit --colour none --venue bus --identity-verified',
    0,
    /^\{"outcome":"allow-if-masked","clause":"S10"/,
  ],
  [
    'knows no other category',
    'admit --colour green --venue karaoke',
    2,
    '',
    /--venue must be one of school, /,
  ],
  [
    'knows no other colour',
    'admit --colour blue --venue school',
    2,
    '',
    /--colour must be one of red, yellow, green, none/,
  ],
  ['wants a colour', 'admit --venue school', 2, '', USAGE],
  ['wants a category', 'admit --colour green', 2, '', /--venue is required/],
  [
    'decides nothing by faulty rules',
    'admit --colour green --venue school --rules text.json',
    1,
    '',
    'text.json: is not JSON\n',
  ],
  ['checks rules', 'rules check rules.json', 0, /^\{"id":"zj-2021-01","grounds":\d+,"tests":\d+\}\n$/],
  ['checks rules whose tests fail', 'rules check seven.json', 0, /^\{"id":"zj-2021-01"/],
  [
    'names every fault of rules',
    'rules check misspelt.json',
    1,
    '',
    'misspelt.json: tets: is not a field here\n',
  ],
  ['checks a file that is none', 'rules check text.json', 1, '', 'text.json: is not JSON\n'],
  [
    'checks a file that is not there',
    'rules check nowhere.json',
    1,
    '',
    'nowhere.json: cannot be read: no such file\n',
  ],
  ['checks one file', 'rules check rules.json seven.json', 2, '', /one FILE is required/],
  ['tests rules', 'rules test rules.json', 0, /^\{"id":"zj-2021-01","passed":\d+,"failed":0\}\n$/],
  [
    'tells which tests fail',
    'rules test seven.json',
    1,
    /"failed":[1-9]/,
    /^(seven\.json: tests\[\d+\]: ".+" \(\w+\): .+\n)+$/,
  ],
  ['tests no faulty rules', 'rules test misspelt.json', 1, '', /tets/],
  ['tests one file', 'rules test', 2, '', USAGE],
  ['lists the commands', '', 0, /^usage: healthcode <command>.*\n {2}assess .*\n {2}rules test /s],
  ['knows no other command', 'rules forget rules.json', 2, '', /^usage: healthcode <command>/],
];

commandTable('admit, rules and the program', FILES, ROWS);

test('rules test reads - as standard input', () => {
  const { status, stdout } = runProgram(['rules', 'test', '-'], RULES);
  assert.equal(status, 0);
  assert.match(stdout, /"failed":0/);
});
