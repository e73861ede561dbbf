import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, type TestContext, test } from 'node:test';
import { type Fault, fault } from '../../domain/fault.ts';
import { reportFault, unreadable } from './faults.ts';

function told(context: TestContext, file: string, line: number | undefined, found: Fault): string {
  const write = context.mock.method(process.stderr, 'write', () => true);
  reportFault(file, line, found);
  write.mock.restore();
  return write.mock.calls.map((call) => String(call.arguments[0])).join('');
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a fault on stderr', () => {
  test('names file, line, field and what is wrong', (context) => {
    assert.equal(
      told(context, 'a.ndjson', 7, fault('data.to', 'is before from')),
      'a.ndjson:7: data.to: is before from\n',
    );
  });

  test('names no line when the whole file is meant', (context) => {
    assert.equal(told(context, 'a.ndjson', undefined, fault('', 'is empty')), 'a.ndjson: is empty\n');
  });

  test('is one line whatever the input says', (context) => {
    const text = told(context, 'a\nb', 1, fault('x\u001b[2J', 'unknown\nb:2: forged'));
    assert.equal(text, 'a\\u000ab:1: x\\u001b[2J: unknown\\u000ab:2: forged\n');
  });

  test('is cut when its text is absurdly long', (context) => {
    assert.ok(told(context, 'a', 1, fault('x'.repeat(1e6), 'unknown field')).length < 400);
  });
});

describe('a file that cannot be read', () => {
  test('is told with the reason', () => {
    const missing = unreadable(errorOf(() => readFileSync('no-such-file')));
    assert.deepEqual(missing, fault('', 'cannot be read: no such file'));
    const folder = unreadable(errorOf(() => readFileSync('.')));
    assert.deepEqual(folder, fault('', 'cannot be read: it is a directory'));
  });

  test('is not what any other error means', () => {
    assert.equal(unreadable(new TypeError('x is not a function')), undefined);
    assert.equal(unreadable(errorOf(() => readFileSync('a\0b'))), undefined);
  });
});
