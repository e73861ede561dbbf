import { join } from 'node:path';
import { before, describe } from 'node:test';
import { type CommandRow, commandTable } from '../../test/command-table.ts';
import { freshDatabase } from '../../test/database.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const TIME = '"[^"]+\\+08:00"';
const MARKET = '--id market-1 --name Market --category farmers-market --region 330106';
const GATE = '--id gate-1 --name Gate --venue market-1';

const ROWS: readonly CommandRow[] = [
  ['lists no venue', 'venues list', 0, ''],
  ['adds a venue', `venues add ${MARKET}`, 0, '{"venueId":"market-1"}\n'],
  [
    'adds no second one of that id',
    `venues add ${MARKET}`,
    1,
    '',
    'healthcode venues add: There is a venue with this id.\n',
  ],
  [
    'wants a category of the rules',
    'venues add --id bar --name Bar --category karaoke --region 330106',
    2,
    '',
    /The category must be one of school, care-home, .*\n\nusage/,
  ],
  [
    'wants a region',
    'venues add --id bar --name Bar --category other --region 33',
    2,
    '',
    /The region must be a code of 6, 9 or 12 digits/,
  ],
  ['wants all of it', 'venues add --id bar --name Bar --category other', 2, '', /--region is required/],
  [
    'lists the venue',
    'venues list',
    0,
    '{"venueId":"market-1","name":"Market","category":"farmers-market","region":"330106"}\n',
  ],
  ['lists no device', 'devices list', 0, ''],
  [
    'registers a device, and shows its secret',
    `devices register ${GATE} --reads-documents`,
    0,
    /^\{"clientId":"gate-1","secret":"hcs_[A-Za-z0-9_-]{43}"\}\n$/,
  ],
  [
    'registers no second one of that id',
    `devices register ${GATE}`,
    1,
    '',
    'healthcode devices register: There is a client with this id.\n',
  ],
  [
    'wants a venue that is registered',
    'devices register --name Gate --venue nowhere',
    2,
    '',
    /There is no venue with this id/,
  ],
  [
    'registers one on the move',
    'devices register --name Conductor --dpop --expires 2030-01-01T00:00:00+08:00',
    0,
    /^\{"clientId":"[0-9a-f-]{36}","secret":"hcs_/,
  ],
  ['wants a name', 'devices register', 2, '', /--name is required/],
  [
    'knows the device as a client with one scope',
    'clients list',
    0,
    /"clientId":"gate-1","name":"Gate","state":"in force","scopes":\["checks:write"\],"sources":\[\],"quotaPerSecond":20,/,
  ],
  ['revokes a device', 'devices revoke gate-1', 0, '{"clientId":"gate-1","state":"over"}\n'],
  ['revokes it once', 'devices revoke gate-1', 0, '{"clientId":"gate-1","state":"over"}\n'],
  [
    'revokes nobody',
    'devices revoke nobody',
    1,
    '',
    'healthcode devices revoke: There is no device with this id.\n',
  ],
  ['revokes one', 'devices revoke', 2, '', /names one ID/],
  ['bars its client', 'clients list', 0, /"clientId":"gate-1","name":"Gate","state":"disabled"/],
  [
    'lists the devices',
    'devices list',
    0,
    new RegExp(
      `^\\{"clientId":"[0-9a-f-]{36}","state":"in force","venueId":null,"readsDocuments":false,"peoplePerMinute":120,"since":${TIME},"until":"2030-01-01T00:00:00\\+08:00"\\}\n` +
        `\\{"clientId":"gate-1","state":"over","venueId":"market-1","readsDocuments":true,"peoplePerMinute":120,"since":${TIME},"until":${TIME}\\}\n$`,
    ),
  ],
];

describe('managing doors', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  before(() => {
    process.env.DATABASE_URL = database.url;
    process.env.HEALTHCODE_KEYS = join(folder, 'keys');
  });
  commandTable('healthcode venues and devices', {}, ROWS);
});
