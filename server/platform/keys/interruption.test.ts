import assert from 'node:assert/strict';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { blindIndexes } from './blind-index.ts';
import { createDataKey, openDataKey } from './envelope.ts';
import { PURPOSES } from './key-file.ts';
import { createKeyRing, openKeyRing } from './key-ring.ts';
import { addVersion, keyStates, promote, retire } from './rotation.ts';

const root = temporaryFolder();
let folders = 0;
const freshFolder = () => join(root, `ring-${++folders}`);
const AT = Date.UTC(2021, 0, 1);
const MINUTE_MS = 60_000;

/** Everything by which a ring changes the disk. */
const CALLS = [
  'mkdirSync',
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'linkSync',
  'renameSync',
  'rmSync',
] as const;
const otherFiles = (folder: string) => fs.readdirSync(folder).filter((name) => !name.endsWith('.json'));

class Interruption extends Error {}

/**
 * Does work of which only the first calls reach the disk, as many as are told; from then on nothing does, as
 * after a crash, or (`once`) the next one alone does not, as on a full disk. A text that is being written is half written.
 * Returns how many calls there were.
 */
function interrupted(work: () => void, calls: number, once = false): number {
  const real = Object.fromEntries(CALLS.map((name) => [name, fs[name]]));
  let count = 0;
  const patch = fs as unknown as Record<string, unknown>;
  for (const name of CALLS) {
    patch[name] = (...args: unknown[]) => {
      count++;
      const stopped = once ? count === calls + 1 : count > calls;
      if (!stopped) return (real[name] as (...args: unknown[]) => unknown)(...args);
      if (name === 'writeFileSync' && count === calls + 1)
        fs.writeSync(args[0] as number, String(args[1]).slice(0, 40));
      throw new Interruption();
    };
  }
  syncBuiltinESMExports();
  try {
    work();
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return count;
}

/** Interrupts the same work after every number of calls; `prepare` gives each try a folder, `check` looks at it after. */
function atEveryCall(
  prepare: () => string,
  work: (folder: string) => void,
  check: (folder: string, calls: number) => void,
): void {
  const all = interrupted(() => work(prepare()), Number.POSITIVE_INFINITY);
  assert.ok(all > 4, `${all} calls`);
  for (const once of [false, true]) {
    for (let calls = 0; calls < all; calls++) {
      const folder = prepare();
      interrupted(() => work(folder), calls, once);
      check(folder, calls);
    }
  }
}

function copyOf(template: string): string {
  const folder = freshFolder();
  fs.mkdirSync(folder, 0o700);
  for (const name of fs.readdirSync(template)) fs.copyFileSync(join(template, name), join(folder, name));
  return folder;
}

const jsonFiles = (folder: string) => fs.readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('a crash or a full disk', () => {
  test('while a ring is made leaves no half file, and the next start finishes it with the keys that exist', () => {
    const seen = new Set<number>();
    atEveryCall(
      freshFolder,
      (folder) => createKeyRing(folder),
      (folder) => {
        if (!fs.existsSync(folder)) return;
        const before = jsonFiles(folder).map(
          (name) => [name, fs.readFileSync(join(folder, name), 'utf8')] as const,
        );
        for (const [, text] of before) JSON.parse(text);
        const ring = createKeyRing(folder);
        for (const [name, text] of before) assert.equal(fs.readFileSync(join(folder, name), 'utf8'), text);
        assert.equal(blindIndexes(ring, 'document', 'x').length, 1);
        assert.equal(jsonFiles(folder).length, PURPOSES.length + 1);
        seen.add(before.length);
        addVersion(folder, 'phone');
        assert.deepEqual(otherFiles(folder), [], 'a key outlives its change');
      },
    );
    // Each file of a key, then the name of the ring.
    const steps = Array.from({ length: PURPOSES.length + 2 }, (_, step) => step);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      steps,
    );
  });

  // Each step begins from the states that the step before left.
  const steps: readonly (readonly [
    name: string,
    before: string,
    after: string,
    step: (folder: string) => void,
  ])[] = [
    ['add', 'current', 'current coming', (folder) => addVersion(folder, 'envelope', { at: AT })],
    [
      'promote',
      'current coming',
      'former current',
      (folder) => promote(folder, 'envelope', { at: AT + MINUTE_MS }),
    ],
    [
      'retire',
      'former current',
      'retired current',
      (folder) => retire(folder, 'envelope', 1, { at: AT + 2 * MINUTE_MS }),
    ],
  ];
  for (const [i, [name, before, after, step]] of steps.entries()) {
    test(`in the step ${name} of a rotation leaves the versions of before or of after, and no key lost`, () => {
      const template = freshFolder();
      createKeyRing(template, { at: AT });
      for (const [, , , earlier] of steps.slice(0, i)) earlier(template);
      const { wrapped } = createDataKey(openKeyRing(template), 'p');
      const prepare = () => copyOf(template);
      const seen = new Set<string>();
      atEveryCall(prepare, step, (folder) => {
        const states = () =>
          keyStates(folder)
            .flatMap(({ purpose, state }) => (purpose === 'envelope' ? [state] : []))
            .join(' ');
        assert.ok([before, after].includes(states()), states());
        seen.add(states());
        openDataKey(openKeyRing(folder), 'p', wrapped);
        // What stands in the way of the next change, and says so, is the mark of the one that was broken off.
        if (fs.existsSync(join(folder, '.lock'))) {
          assert.throws(() => addVersion(folder, 'phone'), { code: 'busy', message: /delete .*\.lock/ });
          fs.rmSync(join(folder, '.lock'));
        }
        if (states() === before) step(folder);
        assert.equal(states(), after);
        addVersion(folder, 'phone');
        assert.deepEqual(otherFiles(folder), [], 'a key outlives its change');
      });
      assert.deepEqual([...seen].sort(), [before, after].sort());
    });
  }
});
