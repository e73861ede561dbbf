import { join } from 'node:path';
import { before, describe } from 'node:test';
import { type CommandRow, commandTable } from '../../test/command-table.ts';
import { freshDatabase } from '../../test/database.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const TIME = '"\\d{4}-\\d\\d-\\d\\dT[^"]+\\+08:00"';
const listed = (purpose: string, version: number, suite: string, state: string, rows: number) =>
  `\\{"purpose":"${purpose}","version":${version},"suite":"${suite}","state":"${state}","createdAt":${TIME},"since":${TIME},"rows":${rows}\\}\n`;
const inFirstVersion = (purposes: readonly string[]) =>
  purposes.map((purpose) => listed(purpose, 1, 'aes-256-gcm', 'current', 0)).join('');
const OTHERS = [
  ...['phone', 'carrier', 'envelope', 'quarantine', 'digest', 'token', 'subject', 'session', 'code', 'facts'],
];

const ROWS: readonly CommandRow[] = [
  [
    'adds to no keys that are not there',
    'keys add document',
    1,
    '',
    /^healthcode keys add: there is no folder of keys /,
  ],
  ['makes the keys with the database', 'migrate', 0, /./],
  [
    'spreads no tables without workers',
    'migrate --citus',
    1,
    '',
    /^healthcode migrate: the (?:embedded database has no workers|database has no extension citus)/,
  ],
  ['lists a version of each key', 'keys list', 0, new RegExp(`^${inFirstVersion(['document', ...OTHERS])}$`)],
  [
    'knows no other purpose',
    'keys add everything',
    2,
    '',
    /PURPOSE is one of document, phone, .*\n\nusage: healthcode keys add/,
  ],
  ['wants a purpose', 'keys add', 2, '', /names one PURPOSE/],
  [
    'knows no other suite',
    'keys add document --suite rot13',
    2,
    '',
    /--suite is one of aes-256-gcm, sm4-sm3/,
  ],
  [
    'promotes nothing that is not there',
    'keys promote document',
    1,
    '',
    'healthcode keys promote: document has no coming version to promote\n',
  ],
  [
    'adds a version',
    'keys add document --suite sm4-sm3',
    0,
    new RegExp(`^\\{"purpose":"document","version":2,"state":"coming","promoteFrom":${TIME}\\}\n$`),
  ],
  [
    'adds no second one',
    'keys add document',
    1,
    '',
    'healthcode keys add: document has a coming version already\n',
  ],
  [
    'waits for every process',
    'keys promote document',
    1,
    '',
    /^healthcode keys promote: document has version 2 coming only since .*; wait until /,
  ],
  ['knows no other time to wait', 'keys promote document --settle -1', 2, '', /settle/],
  [
    'promotes it',
    'keys promote document --settle 0',
    0,
    '{"purpose":"document","version":2,"state":"current"}\n',
  ],
  [
    'renews nobody',
    'keys renew',
    0,
    '{"people":0,"applications":0,"indexes":0,"rewrapped":0,"unreadable":0}\n',
  ],
  ['waits before it retires', 'keys retire document 1', 1, '', /document has version 1 former only since/],
  [
    'retires no current version',
    'keys retire document 2 --settle 0',
    1,
    '',
    'healthcode keys retire: document has a version 2 that is current, not former\n',
  ],
  ['wants a version', 'keys retire document', 2, '', /names a PURPOSE and a VERSION/],
  ['knows no other version', 'keys retire document one', 2, '', /VERSION is a number/],
  [
    'retires it',
    'keys retire document 1 --settle 0',
    0,
    '{"purpose":"document","version":1,"state":"retired"}\n',
  ],
  [
    'lists what came of it',
    'keys list',
    0,
    new RegExp(
      `^${listed('document', 1, 'aes-256-gcm', 'retired', 0)}${listed('document', 2, 'sm4-sm3', 'current', 0)}${inFirstVersion(OTHERS)}$`,
    ),
  ],
  ['lists no FILE', 'keys list rules.json', 2, '', /usage: healthcode keys list/],
];

describe('managing keys', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  before(() => {
    process.env.DATABASE_URL = database.url;
    process.env.HEALTHCODE_KEYS = join(folder, 'keys');
  });
  commandTable('healthcode keys', {}, ROWS);
});
