import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SOURCES } from '../../../domain/evidence/fact.ts';
import { everythingStored } from '../../../test/histories/everything-stored.ts';
import { testService } from '../../../test/service.ts';
import { replay } from '../../codes/replay.ts';
import { script } from '../../platform/db/sql.ts';
import { deliver } from '../deliver.ts';
import { incomingOf } from '../deliver-lines.ts';
import { approveQuarantined, correctQuarantined, type Resolving } from './resolve-quarantined.ts';
import { listQuarantined } from './store.ts';

/** Made-up people with documents of every type; the last two are only spoken of in records that are refused. */
const DOCUMENTS = [
  { type: 'resident-id', number: '33990019900101002X' },
  { type: 'residence-permit-hmt', number: '810000199408230021' },
  { type: 'hm-permit', number: 'H12345678' },
  { type: 'tw-permit', number: '12345678' },
  { type: 'passport', issuer: 'USA', number: 'E98765432' },
  { type: 'foreign-permanent-resident', number: 'USA123456789012' },
  { type: 'tw-permit', number: '87654321' },
  { type: 'resident-id', number: '339900199001010011' },
] as const;

const PLACE = '越都花园北门';
const WORDS = [
  'Xixi Laboratory',
  'note-of-the-doctor',
  'D-2021-77',

  '"SG"',
  PLACE,
  'caseRef',
  '"USA"',
];

const DATA: readonly (readonly [source: string, kind: string, data: object])[] = [
  [
    'health',
    'case',
    { classification: 'confirmed', from: '2021-01-17T08:00:00+08:00', note: 'note-of-the-doctor' },
  ],
  [
    'health',
    'contact',
    {
      ...{ level: 'close', lastExposure: '2021-01-17T08:00:00+08:00' },
      ...{ caseRef: { source: 'health', id: 'C-1' }, area: { region: '330683001', place: PLACE } },
    },
  ],
  ['customs', 'overseas', { country: 'SG', enteredAt: '2021-01-17T08:00:00+08:00' }],
  ['telecom', 'stay', { region: '330683001', place: PLACE, from: '2021-01-17T08:00:00+08:00' }],
  [
    'laboratory',
    'nat',
    {
      ...{ sampledAt: '2021-01-17T08:00:00+08:00', reportedAt: '2021-01-17T20:00:00+08:00' },
      ...{ result: 'positive', laboratory: 'Xixi Laboratory' },
    },
  ],
  [
    'community',
    'isolation',
    {
      ...{ form: 'home', from: '2021-01-10T08:00:00+08:00', until: '2021-01-30T00:00:00+08:00' },
      ...{ endedAt: '2021-01-18T00:00:00+08:00', release: 'D-2021-77' },
    },
  ],
];

describe('the database, after much has happened,', () => {
  const service = testService();
  let stored: ReadonlyMap<string, string>;

  before(async () => {
    const resolving = await service.resolving();
    for (const lines of [storyLines(1), storyLines(2), refusedLines()]) {
      const part = lines.map((text, i) => incomingOf({ number: i + 1, text }));
      for await (const _ of deliver(resolving, { clientId: 'all', sources: SOURCES }, [part]));
      await service.turn();
    }
    await resolveSome(resolving);
    await service.turn();
    for (const document of DOCUMENTS.slice(0, 6)) await look(document);
    stored = await everythingStored(service.database.owner);
  });

  /** Everybody has one record of every kind, and each version is about the next one. */
  function storyLines(version: number): string[] {
    const records = DOCUMENTS.slice(0, 6).flatMap((_, i) =>
      DATA.map(([source, kind, data]) => ({
        ...{ source, id: `${kind}-${i}`, version, kind, data },
        person: { document: DOCUMENTS[(i + version) % 6] },
      })),
    );
    const data = { document: DOCUMENTS[1], sameAs: DOCUMENTS[4] };
    const joining = { source: 'border', id: 'S-1', kind: 'identity', data };
    return [...records, { ...joining, version, person: { document: DOCUMENTS[4] } }].map((each) =>
      JSON.stringify(each),
    );
  }

  function refusedLines(): string[] {
    const record = { source: 'health', id: 'X-1', version: 1, kind: 'case', data: DATA[0]![2] };
    const of = (rest: object) => JSON.stringify({ ...record, person: { document: DOCUMENTS[7] }, ...rest });
    return [
      of({ id: DOCUMENTS[7].number }),
      of({ id: 'X-2', source: DOCUMENTS[7].number }),
      of({ id: 'X-3', kind: PLACE }),
      of({ id: 'X-4', data: { classification: PLACE, from: DOCUMENTS[6].number } }),
      of({ id: 'X-5', recordedAt: DOCUMENTS[6].number }),
      of({ id: 'X-6', person: { document: { type: 'resident-id', number: '339900199001010012' } } }),
      of({ id: 'case-0', version: 2 }),
      `{"person":"${DOCUMENTS[7].number}`,
      JSON.stringify(DOCUMENTS[6].number),
    ];
  }

  async function resolveSome(resolving: Resolving): Promise<void> {
    const { db } = resolving;
    const client = { clientId: 'all', sources: SOURCES };
    const first = { receivedAt: 0, itemId: '00000000-0000-0000-0000-000000000000' };
    const items = await listQuarantined(db, client.clientId, first, 99);
    assert.equal(items.length, 10);
    for (const { itemId } of items) {
      await approveQuarantined(resolving, itemId, 'li', () => client);
      await approveQuarantined(resolving, itemId, 'wang', () => client);
      await correctQuarantined(resolving, itemId, client, { number: DOCUMENTS[7].number });
    }
  }

  async function look(document: (typeof DOCUMENTS)[number]): Promise<void> {
    const looking = { actor: 'li', authority: 'a test', purpose: 'test' };
    const decisionKnownAt = async () => service.decision();
    const parts = { store: service.database, keys: service.keys(), decisionKnownAt };
    assert.ok(await replay(parts, document, service.now, service.now, looking, service.now));
  }

  test('holds a row in every table of people and evidence', () => {
    for (const table of [
      'person',
      'person_document',
      'evidence',
      'former_version',
      'record',
      'kin',
      'assessment',
    ])
      assert.ok(stored.get(table)!.length > 0, table);
    for (const table of ['quarantine', 'quarantine_step', 'batch', 'due', 'look'])
      assert.ok(stored.get(table)!.length > 0, table);
    assert.match(stored.get('evidence')!, /left/);
  });

  for (const { type, number } of DOCUMENTS)
    test(`shows no number of a ${type}`, () => {
      for (const [table, text] of stored) assert.ok(!text.includes(number.slice(0, 17)), table);
    });

  test('shows nothing of what was stated', () => {
    for (const [table, text] of stored)
      for (const word of table === 'rule_package' ? [] : WORDS)
        assert.ok(!text.includes(word), `${table} shows ${word}`);
  });

  test('would show it if it were there', async () => {
    const { owner } = service.database;
    await owner.change(script("update person set sealed_document = convert_to('12345678', 'utf8')"));
    await owner.change(script("update quarantine set client_id = 'Xixi Laboratory'"));
    const spoilt = await everythingStored(owner);
    assert.ok(spoilt.get('person')!.includes('12345678'));
    assert.ok(spoilt.get('quarantine')!.includes('Xixi Laboratory'));
  });
});
