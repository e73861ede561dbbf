import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readRecord } from '../../domain/evidence/record.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { parseInstant } from '../../domain/time.ts';
import { rules } from '../../test/laws/situation.ts';
import { anyWorld, faultyWorld } from '../../test/oracle/generate.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readPersons } from './evidence-file.ts';

const AT = '2021-01-20T12:00:00+08:00';

const folder = temporaryFolder();

interface Told {
  readonly persons: readonly string[];
  readonly faults: readonly string[];
}

/** The persons of a file, each as the number of the document and the ids of the records that count, and the faults. */
async function read(lines: readonly string[], grouped: boolean): Promise<Told> {
  const file = join(folder, 'evidence.ndjson');
  writeFileSync(file, lines.join('\n'));
  const persons: string[] = [];
  const faults: string[] = [];
  const asked = { file, grouped, knownAt: parseInstant(AT), rules };
  const onFault = ({ line, fault }: { line: number; fault: { field: string; message: string } }) =>
    faults.push(`${String(line).padStart(3, '0')} ${fault.field} ${fault.message}`);
  for await (const batch of readPersons({ ...asked, onFault })) {
    for (const { document, facts } of batch)
      persons.push([document.number, ...facts.map(({ source, id }) => `${source} ${id}`).sort()].join(', '));
  }
  return { persons, faults: faults.sort() };
}

interface Named {
  readonly text: string;
  readonly names: readonly string[];
}

/** The line with the names that stand in it, and an id that no other person's record has. */
function named(text: string): Named {
  try {
    const record = JSON.parse(text);
    const own =
      typeof record?.id === 'string' && record.id !== ''
        ? { ...record, id: `${record.id} ${JSON.stringify(record.person)}` }
        : record;
    return { text: JSON.stringify(own), names: readRecord(own, listsOf(rules)).names };
  } catch {
    return { text, names: [] };
  }
}

/**
 * The lines grouped by person: those of a document together, and after them those of a document
 * that is named with it. The order is otherwise that of the keys.
 */
function grouped(lines: readonly Named[], keys: readonly number[]): string[] {
  const byDocument = new Map<string, Named[]>();
  for (const line of lines) {
    const document = line.names[0] ?? '';
    byDocument.set(document, [...(byDocument.get(document) ?? []), line]);
  }
  let left = [...byDocument.values()]
    .map((own, i) => ({
      own,
      names: new Set(own.flatMap(({ names }) => names)),
      key: keys[i % keys.length]!,
    }))
    .sort((one, other) => one.key - other.key);
  const written: string[] = [];
  let person = new Set<string>();
  while (left.length > 0) {
    const linked = left.find(({ names }) => [...names].some((name) => person.has(name)));
    const next = linked ?? left[0]!;
    person = new Set([...(linked ? person : []), ...next.names]);
    written.push(...next.own.map(({ text }) => text));
    left = left.filter((other) => other !== next);
  }
  return written;
}

describe('a file that is grouped by person', () => {
  const keys = fc.array(fc.nat(), { minLength: 8, maxLength: 8 });
  for (const [what, world] of [
    ['without faults', anyWorld],
    ['with faults', faultyWorld],
  ] as const) {
    test(`gives the same when it is read so, ${what}`, async () => {
      let people = 0;
      const holds = fc.asyncProperty(world, world, keys, async (one, other, order) => {
        const renamed = other.lines.map((line) =>
          line.replaceAll('12345678', '87654321').replaceAll('"id":"', '"id":"-'),
        );
        const lines = grouped([...one.lines, ...renamed].map(named), order);
        const together = await read(lines, false);
        assert.deepEqual(await read(lines, true), together);
        people += together.persons.length;
      });
      await fc.assert(holds, { seed: 2021, numRuns: 250 });
      assert.ok(people > 300, `${people} people`);
    });
  }
});

describe('a person of a grouped file', () => {
  const [A, B, C] = ['11111111', '22222222', '33333333'].map((number) => ({ type: 'tw-permit', number }));
  const entry = (document: unknown, id: string, more: object = {}) =>
    JSON.stringify({
      ...{ source: 'border', id, version: 1, recordedAt: '2021-01-02T00:00:00+08:00', person: { document } },
      ...{ kind: 'overseas', data: { country: 'US', enteredAt: '2021-01-01T00:00:00+08:00' }, ...more },
    });
  const same = (document: unknown, id: string, sameAs: unknown, more: object = {}) =>
    entry(document, id, { kind: 'identity', data: { document, sameAs }, ...more });
  const again = (line: string) => `${line} person stood earlier in the file, which must be grouped by person`;
  const [a, b, c] = ['11111111', '22222222', '33333333'];

  const ROWS: readonly (readonly [
    sentence: string,
    lines: readonly string[],
    persons: readonly string[],
    faults: readonly string[],
  ])[] = [
    [
      'is read in one go',
      [entry(A, '1'), entry(A, '2'), entry(B, '3')],
      [`${a}, border 1, border 2`, `${b}, border 3`],
      [],
    ],
    [
      'who reappears soon is a fault, and is not printed at all',
      [entry(A, '1'), entry(B, '2'), entry(A, '3')],
      [`${b}, border 2`],
      [again('003')],
    ],
    [
      'who reappears at the end of many',
      [entry(A, '1'), entry(B, '2'), entry(C, '3'), entry(A, '4')],
      [`${b}, border 2`, `${c}, border 3`],
      [again('004')],
    ],
    [
      'with two documents is one',
      [entry(A, '1'), entry(B, '2'), same(B, '3', A)],
      [`${a}, border 1, border 2, border 3`],
      [],
    ],
    [
      'with two documents, the first of which says so',
      [same(A, '1', B), entry(B, '2')],
      [`${a}, border 1, border 2`],
      [],
    ],
    [
      'with two documents whose lines are mixed',
      [same(A, '1', B), entry(B, '2'), entry(A, '3'), entry(B, '4')],
      [`${a}, border 1, border 2, border 3, border 4`],
      [],
    ],
    [
      'with three documents, joined by the last',
      [same(A, '1', B), same(C, '2', B), entry(B, '3')],
      [`${a}, border 1, border 2, border 3`],
      [],
    ],
    [
      'is another when the identity is retracted',
      [same(A, '1', B, { retracted: true }), entry(B, '2')],
      [a!, `${b}, border 2`],
      [],
    ],
    [
      'whose other document stood long before is a fault',
      [entry(A, '1'), entry(C, '2'), entry(B, '3'), same(B, '4', A)],
      [`${a}, border 1`, `${c}, border 2`],
      [again('003')],
    ],
    [
      'with a fault is left out, and the next is not',
      [entry(A, '1', { kind: 'x' }), entry(A, '2'), entry(B, '3')],
      [`${b}, border 3`],
      [
        '001 kind must be one of case, contact, overseas, stay, symptom, nat, isolation, designation, identity',
      ],
    ],
    [
      'with a fault who reappears is told twice',
      [entry(A, '1', { version: -1 }), entry(B, '2'), entry(A, '3')],
      [`${b}, border 2`],
      ['001 version must be a whole number that is not negative', again('003')],
    ],
    [
      'goes on after a line that nobody can read',
      [entry(A, '1'), '{', entry(A, '2'), entry(B, '3')],
      [`${a}, border 1, border 2`, `${b}, border 3`],
      ['002  is not JSON'],
    ],
  ];
  for (const [sentence, lines, persons, faults] of ROWS) {
    test(sentence, async () => assert.deepEqual(await read(lines, true), { persons, faults }));
  }

  test('is a fault only where the file is said to be grouped', async () => {
    const lines = [entry(A, '1'), entry(B, '2'), entry(A, '3')];
    assert.deepEqual((await read(lines, false)).faults, []);
  });
});
