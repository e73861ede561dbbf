import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Figure } from './figures.ts';
import { publicData } from './gates/public-data.ts';
import { PEAK_TELLER, peakMiB } from './peak.ts';

const BIN = join(import.meta.dirname, '..', 'cli', 'bin.js');

/** Imports all the official lists of the public data, names resolved; seconds and peak memory of the whole command. */
export async function bench(): Promise<Figure[]> {
  const folder = publicData('risk-areas');
  const files = [
    ...readdirSync(join(folder, '2021-08'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, '2021-08', name)),
    join(folder, 'open-2022-04-15_2022-09-30.ndjson.br'),
  ];
  const parsing = performance.now();
  let lists = 0;
  for (const file of files) {
    const bytes = readFileSync(file);
    const text = (file.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).toString('utf8');
    for (const line of file.endsWith('.br') ? text.split('\n') : [text]) {
      if (line !== '' && JSON.parse(line) !== null) lists++;
    }
  }
  const reference = (performance.now() - parsing) / 1_000;
  const begun = performance.now();
  const args = ['--import', PEAK_TELLER, BIN, 'areas', 'import', '--dry-run', '--report', ...files];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const seconds = (performance.now() - begun) / 1_000;
  if (status !== 0) throw new Error(`areas import failed: ${stderr}`);
  return [
    {
      bench: 'areas',
      figure: `seconds for ${lists} lists, names resolved`,
      value: seconds,
      unit: 's',
      reference: 'unpacking and JSON.parse of the same lists',
      referenceValue: reference,
      ratio: seconds / reference,
    },
    { bench: 'areas', figure: 'peak memory', value: peakMiB(stderr), unit: 'MiB' },
  ];
}
