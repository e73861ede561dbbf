import { join } from 'node:path';
import { before, describe } from 'node:test';
import { type CommandRow, commandTable } from '../../test/command-table.ts';
import { freshDatabase } from '../../test/database.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const GIVEN = /^\{"clientId":"hospital","secret":"hcs_[A-Za-z0-9_-]{43}"\}\n$/;
const HOSPITAL =
  '--id hospital --name Hospital --scope evidence:write --scope evidence:read --source health --source laboratory';
const listed = (name: string, state: string, rest: string) =>
  `{"clientId":"${name}","name":"[A-Z]\\w+","state":"${state}",${rest}}\n`;
const TIME = '"[^"]+\\+08:00"';

const ROWS: readonly CommandRow[] = [
  ['lists nobody', 'clients list', 0, ''],
  ['adds a client, and shows its secret', `clients add ${HOSPITAL}`, 0, GIVEN],
  [
    'adds no second one of that id',
    `clients add ${HOSPITAL}`,
    1,
    '',
    'healthcode clients add: There is a client with this id.\n',
  ],
  [
    'makes up an id',
    'clients add --name Gate --dpop --quota 5 --expires 2030-01-01T00:00:00+08:00',
    0,
    /^\{"clientId":"[0-9a-f-]{36}","secret":"hcs_/,
  ],
  ['wants a name', 'clients add --id gate', 2, '', /--name is required/],
  [
    'wants an id that is one',
    'clients add --id Gate! --name Gate',
    2,
    '',
    /2 to 63 small letters, digits and dashes.*\n\nusage/,
  ],
  [
    'knows no other scope',
    'clients add --name Gate --scope everything',
    2,
    '',
    /--scope is one of evidence:write, /,
  ],
  ['knows no other source', 'clients add --name Gate --source rumour', 2, '', /--source is one of health, /],
  ['wants a quota', 'clients add --name Gate --quota 0', 2, '', /--quota is a whole number from 1/],
  [
    'wants an end that lies ahead',
    'clients add --name Gate --expires 2020-01-01T00:00:00+08:00',
    2,
    '',
    /The client ends before it begins/,
  ],
  ['gives another secret', 'clients renew hospital', 0, GIVEN],
  [
    'gives none to nobody',
    'clients renew nobody',
    1,
    '',
    'healthcode clients renew: There is no client with this id.\n',
  ],
  ['renews one', 'clients renew', 2, '', /names one ID/],
  ['bars a client', 'clients disable hospital', 0, '{"clientId":"hospital","state":"disabled"}\n'],
  ['bars it once', 'clients disable hospital', 0, '{"clientId":"hospital","state":"disabled"}\n'],
  [
    'bars nobody',
    'clients disable nobody',
    1,
    '',
    'healthcode clients disable: There is no client with this id.\n',
  ],
  [
    'lists the clients, without what is stored of their secrets',
    'clients list',
    0,
    new RegExp(
      `^${listed('[0-9a-f-]{36}', 'in force', `"scopes":\\[\\],"sources":\\[\\],"quotaPerSecond":5,"proof":"dpop","startsAt":${TIME},"expiresAt":"2030-01-01T00:00:00\\+08:00","disabledAt":null`)}` +
        `${listed('hospital', 'disabled', `"scopes":\\["evidence:write","evidence:read"\\],"sources":\\["health","laboratory"\\],"quotaPerSecond":100,"proof":"none","startsAt":${TIME},"expiresAt":null,"disabledAt":${TIME}`)}$`,
    ),
  ],
];

describe('managing clients', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  before(() => {
    process.env.DATABASE_URL = database.url;
    process.env.HEALTHCODE_KEYS = join(folder, 'keys');
  });
  commandTable('healthcode clients', {}, ROWS);
});
