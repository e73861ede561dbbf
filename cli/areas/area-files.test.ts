import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { describeFault } from '../../domain/fault.ts';
import { printInstant } from '../../domain/time.ts';
import { type ListedPlaces, officialList } from '../../test/official-lists.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readAreaFiles } from './area-files.ts';

const LEVELS = ['medium', 'high', 'severe'] as const;
const NONE: ReadonlySet<number> = new Set();
const PLACES: readonly ListedPlaces[] = [['浙江省', '绍兴市', '越城区', ['府山街道', '越秀花园1幢']]];
const LISTS = [
  officialList({ time: '2022-04-15 8时', high: PLACES, low: [['浙江省', '绍兴市', '柯桥区', ['柯桥街道']]] }),
  officialList({ time: '2022-04-15 9时', medium: PLACES }),
];
const FIVE: readonly ListedPlaces[] = [['浙江省', '绍兴市', '越城区', ['甲', '乙', '丙', '丁', '戊']]];
const AREA = { level: 'medium', region: '330683', place: '鹿山街道', from: '2021-01-05T08:00:00+08:00' };

const folder = temporaryFolder();

let written = 0;
function write(content: string | Buffer): string {
  const file = join(folder, `${++written}`);
  writeFileSync(file, content);
  return file;
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** The areas of files as `level region place from–to`, with the hours of a list. */
async function areasOf(...contents: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const { areas, faults } = await readAreaFiles(contents.map(write), LEVELS, NONE);
  assert.deepEqual(faults, []);
  const hour = (instant: number) => printInstant(instant).slice(11, 13);
  return areas.map(
    ({ level, region, place = '', from, to }) =>
      `${level} ${region}${place} ${hour(from)}–${to === undefined ? '' : hour(to)}`,
  );
}

/** The faults of a file as `line: field: message`. */
async function faultsOf(content: string | Buffer): Promise<readonly string[]> {
  const { areas, faults } = await readAreaFiles([write(content)], LEVELS, NONE);
  assert.deepEqual(areas, []);
  return faults.map(({ line, fault }) => `${line}: ${describeFault(fault)}`);
}

describe('files of areas', () => {
  const intervals = [
    'high 330602002 08–09',
    'high 330602越秀花园1幢 08–09',
    'medium 330602002 09–',
    'medium 330602越秀花园1幢 09–',
  ];

  test('are official lists, one on each line', async () => {
    assert.deepEqual(await areasOf(lines(LISTS)), intervals);
  });

  test('are official lists in a file each, which make one history', async () => {
    assert.deepEqual(await areasOf(...LISTS.map((list) => JSON.stringify(list))), intervals);
  });

  test('are official lists on many lines, and with a byte order mark', async () => {
    assert.deepEqual(
      await areasOf(...LISTS.map((list) => `\uFEFF${JSON.stringify(list, null, 2)}`)),
      intervals,
    );
  });

  test('are compressed official lists', async () => {
    assert.deepEqual(await areasOf(brotliCompressSync(lines(LISTS))), intervals);
    assert.deepEqual(await areasOf(brotliCompressSync(`\n ${lines(LISTS)}`)), intervals);
  });

  test('are listed areas of our own form, alone or beside official lists', async () => {
    assert.deepEqual(await areasOf(lines([AREA])), ['medium 330683鹿山街道 08–']);
    assert.deepEqual(await areasOf(lines([AREA]), lines(LISTS)), ['medium 330683鹿山街道 08–', ...intervals]);
  });

  test('leave out levels of official lists that the rule package does not know', async () => {
    const { areas } = await readAreaFiles([write(lines(LISTS))], ['high', 'medium', 'low'], NONE);
    assert.equal(areas.filter(({ level }) => level === 'low').length, 1);
  });

  test('may hold no area', async () => {
    assert.deepEqual(await areasOf(''), []);
    assert.deepEqual(await areasOf('\n\n'), []);
  });

  test('tell of a held list without stopping, and leave the last good one in force', async () => {
    const five = officialList({ time: '2022-04-15 10时', high: FIVE });
    const empty = officialList({ time: '2022-04-15 11时' });
    const { areas, faults, held } = await readAreaFiles(
      [write(lines([...LISTS, five, empty]))],
      LEVELS,
      NONE,
    );
    assert.equal(areas.filter(({ to }) => to === undefined).length, 5);
    assert.deepEqual(faults, []);
    assert.deepEqual(
      held.map(({ line, fault }) => [line, describeFault(fault)]),
      [[4, 'data: has no area at all, after 5 in the last good list']],
    );
  });

  test('take an official list that a person accepts', async () => {
    const five = officialList({ time: '2022-04-15 9时', high: FIVE });
    const empty = officialList({ time: '2022-04-15 10时' });
    const accepted = new Set([Date.UTC(2022, 3, 15, 2)]);
    const { areas, held } = await readAreaFiles([write(lines([five, empty]))], LEVELS, accepted);
    assert.deepEqual(held, []);
    assert.ok(areas.every(({ to }) => to !== undefined));
  });
});

describe('a fault in a file of areas', () => {
  const severe = { ...AREA, level: 'severe', to: '2021-01-20T08:00:00+08:00', approval: 'A-1' };
  // biome-ignore format: a table reads better as a table
  const cases: readonly [what: string, content: string | Buffer, faults: readonly string[]][] = [
    ['broken JSON',                  `{"level":\n`,                               ['1: is not JSON']],
    ['broken JSON among the lines',  `{"level":[\n${lines([{ ...AREA, level: 'x' }])}`, ['1: is not JSON', '2: level: must be one of medium, high, severe']],
    ['words',                        'not JSON\n',                                ['1: is not JSON']],
    ['a document of many lines that is broken', '{\n  "data": {\n    "x": 1,\n  }\n}\n', ['1: is not JSON']],
    ['an array',                     '[1]\n',                                     ['1: must be a JSON object']],
    ['invalid UTF-8',                Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), ['1: not UTF-8']],
    ['bytes that are nothing known', Buffer.from([0xff, 0xfe, 0, 1, 2, 3]),       ['undefined: is neither JSON nor brotli']],
    ['an unknown level',             lines([{ ...AREA, level: 'low' }]),          ['1: level: must be one of medium, high, severe']],
    ['a region of 7 digits',         lines([{ ...AREA, region: '3306830' }]),     ['1: region: must be a region code of 6, 9 or 12 digits, not of province 00']],
    ['a time without offset',        lines([{ ...AREA, from: '2021-01-05T08:00:00' }]), ['1: from: must be an RFC 3339 time with an offset']],
    ['a time in 1800',               lines([{ ...AREA, from: '1800-01-05T08:00:00Z' }]), ['1: from: must lie in 1900 to 2200']],
    ['an end before the beginning',  lines([{ ...AREA, to: '2021-01-04T08:00:00Z' }]), ['1: to: must not lie before from']],
    ['a severe area without end',    lines([{ ...severe, to: undefined }]),       ['1: to: is missing']],
    ['a severe area without approval', lines([{ ...severe, approval: undefined }]), ['1: approval: is missing']],
    ['an official list without time', lines([{ ...LISTS[0], data: { hcount: 0, mcount: 0, highlist: [], middlelist: [] } }]), ['1: data.end_update_time: is missing']],
    ['an answer of failure',         lines([{ code: 500, msg: '系统繁忙' }]),      ['1: code: must be 0: the publisher answered with an error', '1: data: is missing']],
  ];
  for (const [what, content, faults] of cases)
    test(`is ${what}`, async () => assert.deepEqual(await faultsOf(content), faults));

  test('is a file that is not there', async () => {
    const { faults } = await readAreaFiles([join(folder, 'nothing')], LEVELS, NONE);
    assert.deepEqual(
      faults.map(({ line, fault }) => [line, fault.message]),
      [[undefined, 'cannot be read: no such file']],
    );
  });

  test('is a compressed file that is cut off, after what was read of it', async () => {
    const packed = brotliCompressSync(
      lines(
        Array(2e4)
          .fill(0)
          .map((_, i) => ({ ...AREA, place: `${i * 7919}` })),
      ),
    );
    const { faults } = await readAreaFiles([write(packed.subarray(0, packed.length - 20))], LEVELS, NONE);
    assert.deepEqual(
      faults.map(({ fault }) => fault.message),
      ['is cut off or damaged'],
    );
  });

  test('is a document or an area that is too long', async () => {
    assert.deepEqual(await faultsOf(`{"data":"${'x'.repeat(33 << 20)}"}\n`), [
      '1: longer than 33554432 bytes',
    ]);
    assert.deepEqual(
      await faultsOf(`{\n"data":"${'x'.repeat(20 << 20)}",\n"a":"${'x'.repeat(20 << 20)}"}\n`),
      ['3: longer than 33554432 bytes'],
    );
    assert.deepEqual(await faultsOf(lines([{ ...AREA, place: 'x'.repeat(1 << 20) }])), [
      '1: longer than 1048576 characters',
    ]);
  });

  test('is nesting that would fill the memory', async () => {
    assert.deepEqual(await faultsOf(`{"data":${'['.repeat(20 << 20)}`), ['1: nests deeper than 64 levels']);
    assert.deepEqual(await faultsOf(`{"data":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), [
      '1: data: must be an object',
    ]);
  });

  test('does not keep other lines from being read', async () => {
    const file = write(`${lines([AREA])}oops\n${lines(LISTS)}`);
    const { areas, faults } = await readAreaFiles([file], LEVELS, NONE);
    assert.deepEqual(
      faults.map(({ line }) => line),
      [2],
    );
    assert.equal(areas.length, 5);
  });
});
