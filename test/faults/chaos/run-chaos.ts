// `npm run chaos [-- MINUTES] [--seed NUMBER]`: for some minutes everything goes wrong that may, in an order drawn by the
// seed, while evidence is sent and people are looked up. It ends with an account that proves that nothing was lost and that
// no colour was wrong; otherwise, with what was wrong and exit code 1.
import { parseArgs } from 'node:util';
import { account } from '../accounting.ts';
import { type Draw, FAULTS, type Fault } from './faults.ts';
import { prepareGround } from './ground.ts';
import { startLoad } from './load.ts';

const USUAL_MINUTES = '5';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' } },
});
const minutes = Number(positionals[0] ?? USUAL_MINUTES);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run chaos [-- MINUTES] [--seed NUMBER]');
  process.exit(2);
}
console.log(`seed ${seed}`);
process.exitCode = await runChaos(minutes * 60_000, drawing(seed)).catch((error: unknown) => {
  console.error(error);
  console.error(`FAILED; the same order again: npm run chaos -- ${minutes} --seed ${seed}`);
  return 1;
});
process.exit();

async function runChaos(durationMs: number, draw: Draw): Promise<number> {
  const ground = await prepareGround();
  try {
    const { ledger, site, ways, now, issuing } = ground;
    const load = await startLoad(ground);
    const begunAt = Date.now();
    const counts = new Map<string, number>();
    for (let left: Fault[] = []; Date.now() - begunAt < durationMs; ) {
      if (left.length === 0) left = [...FAULTS];
      const [fault] = left.splice(draw(left.length), 1);
      console.log(`${((Date.now() - begunAt) / 1_000).toFixed(1).padStart(7)} s  ${fault!.name}`);
      await fault!.happen(ground, draw);
      await ground.isWell();
      load.check();
      issuing.check();
      counts.set(fault!.name, (counts.get(fault!.name) ?? 0) + 1);
    }
    const right = await load.stop();
    const { codes, notSigned, heads } = await issuing.stop();
    await account({ site, ledger, api: ways[0]!, isRepeated: true, now });
    console.log(
      `${sumOf(counts)} faults of ${counts.size} kinds; ${ledger.sent.size} records, each there once or refused`,
    );
    console.log(`${sumOf(ledger.refusals)} requests told to come again, ${ledger.broken} without a reply`);
    console.log(`${right} colours shown meanwhile, each the right one; nothing was lost`);
    console.log(
      `${codes} codes signed, each read as it was made; ${notSigned} not while the signer was away`,
    );
    console.log(`${heads} times the lists followed, none of which went back`);
    return 0;
  } finally {
    await ground.end();
  }
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** Numbers that follow from a seed (mulberry32). */
function drawing(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
