import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLines } from '../server/platform/input/lines.ts';
import type { Figure } from './figures.ts';
import { PEAK_TELLER, peakMiB } from './peak.ts';

const BIN = join(import.meta.dirname, '..', 'cli', 'bin.js');
const AT = '2021-01-20T12:00:00+08:00';
/** Streams files of evidence of two sizes through `assess --grouped`; lines a second, and the peak memory of each. */
export async function bench([people = '1700000']: readonly string[]): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-bench-'));
  try {
    const small = await assessFile(folder, Math.round(Number(people) / 10));
    const large = await assessFile(folder, Number(people));
    return [...small, ...large];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function assessFile(folder: string, people: number): Promise<Figure[]> {
  const evidence = join(folder, 'evidence.ndjson');
  const lists = join(folder, 'lists.ndjson');
  run(
    ['province', '--people', String(people), '--seed', '1', '--out', evidence, '--lists', lists],
    '/dev/null',
  );
  const { lines, seconds: parsing } = await parseOnly(evidence);
  const begun = performance.now();
  const arguments_ = ['assess', '--grouped', '--evidence', evidence, '--areas', lists, '--at', AT];
  const peak = run(arguments_, join(folder, 'assessments.ndjson'));
  const rate = lines / ((performance.now() - begun) / 1_000);
  const reference = lines / parsing;
  const of = `of ${lines.toLocaleString('en-US')}`;
  return [
    {
      bench: 'assess',
      figure: `lines per second ${of}`,
      value: rate,
      unit: '1/s',
      reference: 'reading and JSON.parse of the same lines',
      referenceValue: reference,
      ratio: rate / reference,
    },
    { bench: 'assess', figure: `peak memory ${of} lines`, value: peak, unit: 'MiB' },
  ];
}

/** Runs the program with its output in a file; returns its peak memory in MiB. */
function run(args: readonly string[], output: string): number {
  const file = openSync(output, 'w');
  const { status, stderr } = spawnSync(process.execPath, ['--import', PEAK_TELLER, BIN, ...args], {
    stdio: ['ignore', file, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(file);
  if (status !== 0) throw new Error(`healthcode ${args[0]} failed: ${stderr}`);
  return peakMiB(stderr);
}

async function parseOnly(file: string): Promise<{ lines: number; seconds: number }> {
  const begun = performance.now();
  let lines = 0;
  for await (const batch of readLines(createReadStream(file, { highWaterMark: 1 << 20 }), 1 << 20)) {
    for (const line of batch) if (line.fault === undefined && JSON.parse(line.text) !== null) lines++;
  }
  return { lines, seconds: (performance.now() - begun) / 1_000 };
}
