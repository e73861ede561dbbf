import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkDigit } from '../../../domain/people/document.ts';
import { faultFields } from './fault-fields.ts';
import { createLog, type Fields } from './log.ts';
import { personalData } from './personal-data.ts';

const CITIZEN = '339900199001010011';
const clock = () => Date.UTC(2021, 0, 1);

function linesOf(onPersonalData: 'throw' | 'mask', known: readonly string[] = []) {
  const lines: string[] = [];
  const log = createLog({ clock, write: (line) => lines.push(line), onPersonalData, known });
  return { log, lines };
}

describe('personal data is', () => {
  const found: readonly string[] = [
    CITIZEN,
    `person ${CITIZEN}, again`,
    `/people/${CITIZEN}?x=1`,
    `x${CITIZEN}y`,
    `7${CITIZEN}7`,
    '339900 19900101 0011',
    '339900-19900101-0011',
    '３３９９００１９９００１０１００１１',
    `"${CITIZEN}"`,
    '13800138000',
    '+8613800138000',
    '+86 138 0013 8000',
    '008613800138000',
    'phone=13800138000&',
    'E12345678',
    'H12345678',
    'ZJ00000000028',
    'M1234567890',
  ];
  for (const text of found) test(`found in ${text}`, () => assert.equal(personalData().isIn(text), true));

  const fine: readonly string[] = [
    '339900199001010012',
    '2021-01-06T00:00:00+08:00',
    '1737000000000',
    '192.168.100.100',
    'a'.repeat(64),
    '018f3e1a-7b2c-7def-8123-456789abcdef',
    'evidence:write',
    'at openDatabase (server/platform/db/database.ts:12:34)',
  ];
  for (const text of fine) test(`not found in ${text}`, () => assert.equal(personalData().isIn(text), false));

  test('found by the text itself where it has no form of its own', () => {
    const known = personalData(['张三丰', 'X1Y2Z3']);
    assert.equal(known.mask('a 张三丰 with X1Y2Z3'), 'a *** with ***');
  });

  test('found wherever a number with a right check digit stands', () => {
    const digits = fc.integer({ min: 0, max: 999 }).map((n) => String(n).padStart(3, '0'));
    fc.assert(
      fc.property(digits, fc.string(), fc.string(), (order, before, after) => {
        const first = `33990019900101${order}`;
        assert.equal(personalData().isIn(`${before}${first}${checkDigit(first)}${after}`), true);
      }),
    );
  });
});

describe('a log', () => {
  test('writes a JSON line with time, level, event and fields', () => {
    const { log, lines } = linesOf('throw');
    log.info('listening', { port: 8080, host: undefined });
    assert.deepEqual(lines, [
      '{"time":"2021-01-01T08:00:00+08:00","level":"info","event":"listening","port":8080}\n',
    ]);
  });

  test('throws in a test when personal data passes, without repeating it', () => {
    const { log, lines } = linesOf('throw', ['张三丰']);
    const pass: readonly (readonly [string, Fields])[] = [
      [`person ${CITIZEN}`, {}],
      ['event', { person: CITIZEN }],
      ['event', { phone: 13_800_138_000 }],
      ['event', { [CITIZEN]: true }],
      ['event', { name: '张三丰' }],
    ];
    for (const [event, fields] of pass) {
      assert.throws(() => log.warn(event, fields), { message: 'personal data in a line of the log' });
    }
    assert.deepEqual(lines, []);
  });

  test('masks personal data in the service and says so', () => {
    const { log, lines } = linesOf('mask');
    log.error(`person ${CITIZEN}`, { phone: 13_800_138_000, [CITIZEN]: 1 });
    const told = JSON.parse(lines[0]!);
    assert.equal(told.event, 'person ***');
    assert.equal(told.phone, '***');
    assert.equal(told.masked, true);
    assert.equal(lines[0]!.includes(CITIZEN), false);
  });

  test('keeps a text that holds line ends and control characters in one line', () => {
    const { log, lines } = linesOf('mask');
    const forged = '\r\n{"level":"error","event":"all is lost"}\n\u2028\u001b[2J\u009b2J\u202e\u0000';
    log.info('said', { forged, [forged]: 1 });
    assert.equal(lines.length, 1);
    assert.equal(lines[0]!.indexOf('\n'), lines[0]!.length - 1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    assert.doesNotMatch(lines[0]!.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/);
    assert.equal(JSON.parse(lines[0]!).forged, forged);
  });

  test('lets no field pose as its level or its event', () => {
    const { log, lines } = linesOf('mask');
    log.info('x', { level: 'error', event: 'y', said: '","level":"error' });
    const { level, event } = JSON.parse(lines[0]!);
    assert.deepEqual([level, event], ['info', 'x']);
  });
});

describe('the fields of a fault', () => {
  test('name classes, code and place, never the message', () => {
    const cause = Object.assign(new TypeError(`Key (number)=(${CITIZEN}) exists\n    at once`), {
      code: '23505',
    });
    const fields = faultFields(Object.assign(new Error(`no ${CITIZEN}`, { cause }), { code: 'E_BAD' }));
    assert.equal(fields.error, 'Error < TypeError');
    assert.equal(fields.code, 'E_BAD');
    assert.match(String(fields.at), /log\.test\.ts/);
    assert.doesNotMatch(JSON.stringify(fields), new RegExp(`${CITIZEN}|exists|at once`));
  });

  test('are few for something thrown that is no error', () => {
    assert.deepEqual(faultFields(CITIZEN), { error: 'string', code: undefined, at: undefined });
  });

  test('end for a cause that is its own cause', () => {
    const error = new Error('x');
    error.cause = error;
    assert.equal(faultFields(error).error, 'Error < Error < Error < Error < Error');
  });
});
