import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { factOf } from '../../../domain/evidence/kinds.ts';
import { listsOf } from '../../../domain/rules/own-tests.ts';
import { parseInstant } from '../../../domain/time.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { createKeyRing } from '../../platform/keys/key-ring.ts';
import { writeFacts } from './facts-row.ts';
import { inForceAt, lookAgain, setInForce } from './look-again.ts';
import { idBytes, type SealedRows, sealFacts, sealOf } from './sealed-facts.ts';

const AT = parseInstant('2021-01-20T12:00:00+08:00');
const ENTRY = { country: 'SG', enteredAt: parseInstant('2021-01-10T10:00:00+08:00') };

describe('whoever may differ', () => {
  const folder = temporaryFolder();
  const { rules, compiled } = defaultRules();
  const areas = () => ({ inside: [], possible: [] });
  const decision = { rules: compiled, lists: listsOf(rules), areasVersion: 'none', areas };

  test('is kept as they were read, also when the bytes hold the next people already', () => {
    const keys = createKeyRing(join(folder, 'keys'));
    const personId = timeUuid(AT);
    const row = writeFacts([factOf('overseas', ENTRY, 'customs', 'E-1')])!;
    const [sealed] = sealFacts(keys, [{ personId, row }]);
    const rows: SealedRows = {
      bytes: Buffer.concat([idBytes(personId), sealed!]),
      count: 1,
      idAt: Int32Array.of(0),
      contentAt: Int32Array.of(16),
      length: Int32Array.of(sealed!.length),
    };
    const { candidates, others } = lookAgain(keys, rows, decision, AT);
    rows.bytes.fill(0);
    assert.deepEqual(others, []);
    assert.equal(candidates.length, 1);
    assert.equal(candidates[0]!.personId, personId);
    assert.equal(candidates[0]!.seal, sealOf(sealed!, 0));
    assert.deepEqual(Buffer.from(candidates[0]!.row), Buffer.from(row));
  });

  test('names the conclusion that is in force until it changes by itself, and none after that', () => {
    const row = writeFacts([factOf('overseas', ENTRY, 'customs', 'E-1')])!;
    // More than any one number of JavaScript's operators on bits holds.
    const number = 2 ** 47 + 2 ** 33 + 5;
    setInForce(row, number, { nextChangeAt: AT, words: [1, 2, 3, 4] });
    assert.deepEqual(inForceAt(row, AT - 1), { number, nextChangeAt: AT });
    assert.equal(inForceAt(row, AT), undefined);
  });
});
