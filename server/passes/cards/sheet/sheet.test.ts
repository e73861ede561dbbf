import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { encodePass } from '../../../../credential/passes.ts';
import { passText } from '../../../../credential/show.ts';
import { DAY_MS, parseInstant } from '../../../../domain/time.ts';
import { makeIssuer, namedKey } from '../../../../test/pass-issuer.ts';
import { readPdf } from '../../../../test/pdf.ts';
import { printedName } from '../printed-name.ts';
import { charactersOf } from './characters.ts';
import { drawSheet, type Sheet } from './draw-sheet.ts';
import { runsOf } from './fonts.ts';
import { SHEET_STEPS, SHEET_WORDS } from './sheet-words.ts';
import { unpackWoff2 } from './unpack-woff2.ts';

const issuedAt = parseInstant('2021-01-20T12:00:00+08:00');
const issuer = makeIssuer(namedKey('issuer'));

function sheetOf(fullName: string): Sheet {
  const name = printedName(fullName);
  const expiresAt = issuedAt + 30 * DAY_MS;
  const printed = { name, birthYear: 1941, issuedAt, expiresAt };
  const pass = { form: 'paper', ...printed, index: 0xfff_ffff, hint: 4_095, rules: 900 } as const;
  return { ...printed, text: passText(issuer.issue(encodePass(pass))) };
}

/** As the identity provider, a clerk or a passport may write them; of nobody. */
const NAMES = [
  ...['王安娜', '李', '王明', '欧阳修文', '诸葛亮', '张𠮷', '赵㛃', '孙䶮', '李堃', '陈喆', '林龘', '吴〇'],
  ...[
    '买买提·吐尔逊',
    '阿卜杜热合曼·阿卜杜热西提·麦麦提吐尔逊江',
    '迪丽热巴·迪力木拉提',
    'مەمەت تۇرسۇن',
    '次仁·卓玛',
    'བཀྲ་ཤིས',
  ],
  ...[
    'Anna Müller',
    'Łukasz Żółć',
    'Nguyễn Thị Ánh',
    'O’Brien, J.',
    'van der Meer-Öztürk',
    'Иван Петров',
    'たなか',
    '김민준',
    'ﾀﾅｶ',
  ],
  ...[
    '(ab) Tj ET (',
    '\u202egnoW\u0000\n/Type',
    '😀 x',
    'A '.repeat(50),
    '长'.repeat(100),
    '𠮷'.repeat(50),
    '   ',
    '*',
  ],
];

describe('the sheet of a printed code', () => {
  for (const name of NAMES)
    test(`of ${JSON.stringify(name.slice(0, 24))} is read by a scanner, and shows a masked name`, async () => {
      const sheet = sheetOf(name);
      assert.ok(sheet.text.length <= 483, 'version 13 with medium correction (ISO/IEC 18004, table 7)');
      const pdf = readPdf(await drawSheet(sheet));
      assert.deepEqual(pdf.codes, [sheet.text, sheet.text], 'two copies');
      assert.equal(pdf.text.split('1941').length, 3);
      assert.ok(!pdf.text.includes('\0') && !pdf.text.includes('\ufffd'), pdf.text);
      const hidden = name.trim();
      if ([...hidden].length > 2) assert.ok(!pdf.everything.includes(hidden) && !pdf.text.includes(hidden));
    });

  test('can be read aloud and copied: it is text, in Chinese and in English', async () => {
    const { text } = readPdf(await drawSheet(sheetOf('王安娜')));
    const words = [...Object.values(SHEET_WORDS), ...SHEET_STEPS].flatMap(({ zh, en }) => [zh, en]);
    const plain = text.replaceAll(/\s/g, '');
    for (const word of [...words, '**娜', '2021-02-19', '12:00', '12345'])
      assert.ok(plain.includes(word.replaceAll(/\s/g, '')), word);
  });

  test('is the same each time, and says nothing of anybody where nobody looks', async () => {
    const sheet = sheetOf('王安娜');
    const [one, other] = [await drawSheet(sheet), await drawSheet(sheet)];
    assert.ok(one.equals(other));
    const { everything } = readPdf(one);
    assert.ok(!/AcroForm|JavaScript|URI|Launch|EmbeddedFile/.test(everything), 'nothing that acts');
    assert.ok(one.length < 100_000, `${one.length} bytes`);
  });

  test('has no colour but black', async () => {
    const { everything } = readPdf(await drawSheet(sheetOf('王安娜')));
    const colours = [...everything.matchAll(/^([\d. ]+) (?:sc|scn|SC|SCN|rg|RG|k|K)$/gm)].map(
      ([, colour]) => colour,
    );
    assert.ok(
      colours.every((colour) => /^0( 0)*$/.test(colour!)),
      colours.join(';'),
    );
  });
});

describe('the name on a card', () => {
  for (const [name, printed] of [
    ['王安娜', '**娜'],
    ['张𠮷', '*𠮷'],
    ['买买提·吐尔逊', '******逊'],
    ['Anna  Müller', 'A** M**'],
    ['\u202ednA\u0000 Bo\n', 'd** B**'],
    ['(ab) Tj', '(** T**'],
    ['长'.repeat(100), `${'*'.repeat(23)}…`],
    ['A '.repeat(50), `${'A** '.repeat(6).slice(0, 23).trimEnd()}…`],
  ] as const)
    test(`${JSON.stringify(name.slice(0, 12))} is printed as ${printed}`, () =>
      assert.equal(printedName(name), printed));
});

const require = createRequire(import.meta.url);
const installed = require.resolve('@fontsource-variable/noto-sans-sc');
const folder = join(dirname(installed), 'files');

describe('the font of the sheet', () => {
  test('draws what it has, without an accent that it has not, and a star for the rest', () => {
    const drawn = (text: string) =>
      runsOf(text)
        .map((run) => run.text)
        .join('');
    assert.equal(drawn('浙江健康码 · Zhejiang'), '浙江健康码 · Zhejiang');
    assert.equal(drawn('Š** Ş** Ł** ب** *𠮷 *㛃'), 'S** S** *** *** ** **');
  });

  test('unpacks from each of its files', () => {
    const files = readdirSync(folder);
    assert.ok(files.length > 100);
    const all = new Set<number>();
    for (const file of files)
      for (const point of charactersOf(unpackWoff2(readFileSync(join(folder, file))))) all.add(point);
    // The characters of the General Standard Characters of 2013 that names are made of lie within the first block.
    const block = Array.from({ length: 0x9fa6 - 0x4e00 }, (_, i) => i + 0x4e00);
    assert.ok(block.filter((point) => all.has(point)).length > 8_000, `${all.size}`);
  });

  test('is refused when it is cut short, and when it is none', () => {
    const bytes = readFileSync(join(folder, 'noto-sans-sc-119-wght-normal.woff2'));
    assert.throws(() => unpackWoff2(bytes.subarray(0, 500)));
    assert.throws(
      () => unpackWoff2(Buffer.from('%PDF-1.7 this is none at all, whatever it says')),
      RangeError,
    );
  });
});
