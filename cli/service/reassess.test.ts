import { join } from 'node:path';
import { before, describe } from 'node:test';
import { rulesWith } from '../../bench/everyone/changed-rules.ts';
import { DAY_MS, dayOf, printInstant, startOfDay } from '../../domain/time.ts';
import { type CommandRow, commandTable } from '../../test/command-table.ts';
import { freshDatabase } from '../../test/database.ts';
import { defaultPackage } from '../../test/default-rules.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { residentNumber } from '../province/documents.ts';

/** How many days ago people came from overseas, at noon. Whether 14 or 15 days are asked for matters to the first four. */
const ENTERED_DAYS_AGO = [3, 5, 15, 22, 200, 300];
const TODAY = dayOf(Date.now());
const EVIDENCE = ENTERED_DAYS_AGO.map((days, i) =>
  JSON.stringify({
    ...{ source: 'customs', id: `E-${i}`, version: 1, kind: 'overseas' },
    person: { document: { type: 'resident-id', number: residentNumber(i, 1985) } },
    data: { country: 'FR', enteredAt: printInstant(startOfDay(TODAY - days) + DAY_MS / 2) },
  }),
).join('\n');

const OTHER = JSON.parse(rulesWith(15).text);
const FILES = {
  'evidence.ndjson': `${EVIDENCE}\n`,
  'same.json': JSON.stringify(defaultPackage()),
  'other.json': JSON.stringify(OTHER),
  'half.json': JSON.stringify(OTHER).slice(0, 500),
  'unknown.json': JSON.stringify({ ...OTHER, city: '330100' }),
  // By its own tests it does not do what it says.
  'failing.json': JSON.stringify({ ...(defaultPackage() as object), parameters: OTHER.parameters }),
};

const looked = (appended: number) => `{"due":6,"appended":${appended},"unreadable":0}\n`;
const rehearsed = (rest: string) => new RegExp(`^\\{"rules":"[^"]+","people":6,${rest}\\}\n$`);
const RATE = /--rate is a whole number of people[\s\S]*usage: healthcode reassess/;
const TOGETHER = /--rules FILE and --dry-run belong together[\s\S]*usage: healthcode reassess/;
const NOT_FOR_IT = /--all and --rate are not for it[\s\S]*usage: healthcode reassess/;

const ROWS: readonly CommandRow[] = [
  ['makes everything', 'migrate', 0, /./],
  ['takes evidence in', 'import --source customs evidence.ndjson', 0, /^\{"accepted":6,/],
  ['finds nothing to write', 'reassess --all', 0, looked(0)],
  ['does so at a rate', 'reassess --all --rate 500', 0, looked(0)],
  ...['0', '-5', '1.5', 'many', '1e3', '99999999999', '5people'].map(
    (rate): CommandRow => ['knows no such rate', `reassess --all --rate=${rate}`, 2, '', RATE],
  ),
  ['wants a rate', 'reassess --all --rate', 2, '', /--rate/],
  ['has no rate for those who are due', 'reassess --rate 500', 2, '', /--rate is for --all/],
  ['takes no file by itself', 'reassess other.json', 2, '', /takes no FILE/],
  ['rehearses only', 'reassess --rules other.json', 2, '', TOGETHER],
  ['rehearses something', 'reassess --dry-run', 2, '', TOGETHER],
  ['rehearses everyone', 'reassess --rules other.json --dry-run --all', 2, '', NOT_FOR_IT],
  ['rehearses at no rate', 'reassess --rules other.json --dry-run --rate 5', 2, '', NOT_FOR_IT],
  ['rehearses no file that is not there', 'reassess --rules missing.json --dry-run', 1, '', /missing\.json/],
  ['rehearses no folder', 'reassess --rules . --dry-run', 1, '', /\./],
  ['rehearses no half of a package', 'reassess --rules half.json --dry-run', 1, '', /half\.json/],
  ['rehearses no rule of a city', 'reassess --rules unknown.json --dry-run', 1, '', /unknown\.json.*city/],
  ['rehearses nothing that fails', 'reassess --rules failing.json --dry-run', 1, '', /failing\.json.*tests/],
  [
    'finds that the same rules change nobody',
    'reassess --rules same.json --dry-run',
    0,
    rehearsed('"changed":0,"unreadable":0,"colours":\\{\\},.*,"samples":\\[\\]'),
  ],
  [
    'counts whom others would change',
    'reassess --rules other.json --dry-run',
    0,
    rehearsed(
      '"changed":4,"unreadable":0,"colours":\\{"green → red":1,"red → red":3\\},"clauses":\\{"[^}]+\\},' +
        '"cities":\\{"[^}]+\\},"counties":\\{"[^}]+\\},"birthYears":\\{"1980-1989":4\\},"samples":\\[.*\\]',
    ),
  ],
  ['has written nothing', 'reassess --all', 0, looked(0)],
];

describe('everybody again by the command line', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  before(() => {
    process.env.DATABASE_URL = database.url;
    process.env.HEALTHCODE_KEYS = join(folder, 'keys');
  });
  commandTable('healthcode reassess', FILES, ROWS);
});
