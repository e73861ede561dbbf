// `npm run chaos [-- MINUTES] [--seed NUMBER] [--postgres KINDS]`: for some minutes everything goes wrong that may, in an
// order drawn by the seed, while evidence is sent, people are looked up and look at their codes; an equal part of the time
// on each kind of PostgreSQL. It ends with an account that proves that nothing was lost and that no colour was wrong,
// wherever one is told; otherwise, with what was wrong and exit code 1.
import { parseArgs } from 'node:util';
import { account } from '../accounting.ts';
import { installedPostgres, NONE_INSTALLED } from '../installed-postgres.ts';
import { accountForGates } from './account-for-gates.ts';
import type { Draw, Fault } from './fault.ts';
import { FAULTS } from './faults.ts';
import { type Ground, prepareGround } from './ground.ts';
import { startLoad } from './load.ts';
import { KINDS, type Kind } from './postgres.ts';

const USUAL_MINUTES = '5';
/** Of what the processes have said, when something was wrong. */
const LAST_LINES = 40;
const USUAL_KINDS = 'embedded,installed';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, postgres: { type: 'string', default: USUAL_KINDS } },
});
const minutes = Number(positionals[0] ?? USUAL_MINUTES);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const kinds = values.postgres.split(',').map((name) => KINDS.find((kind) => kind === name));
if (!(minutes > 0) || !Number.isInteger(seed) || !kinds.every((kind) => kind !== undefined)) {
  console.error(`usage: npm run chaos [-- MINUTES] [--seed NUMBER] [--postgres ${KINDS.join(',')}]`);
  process.exit(2);
}
console.log(`seed ${seed}`);
process.exitCode = await runEach(kinds).catch((error: unknown) => {
  console.error(error);
  const again = `npm run chaos -- ${minutes} --seed ${seed} --postgres ${values.postgres}`;
  console.error(`FAILED; the same order again: ${again}`);
  return 1;
});
process.exit();

async function runEach(wanted: readonly Kind[]): Promise<number> {
  const draw = drawing(seed);
  for (const kind of wanted.map(thatIsThere)) await runChaos(kind, (minutes * 60_000) / wanted.length, draw);
  return 0;
}

/** Where none is installed, the same is done to the one that the service brings along. */
function thatIsThere(kind: Kind): Kind {
  if (kind !== 'installed' || installedPostgres()) return kind;
  console.log(`installed: left out, ${NONE_INSTALLED}; bundled instead`);
  return 'bundled';
}

async function runChaos(kind: Kind, durationMs: number, draw: Draw): Promise<void> {
  const version = kind === 'installed' ? ` ${installedPostgres()!.majorVersion}` : '';
  console.log(`on the ${kind} PostgreSQL${version}`);
  const ground = await prepareGround(kind);
  try {
    const possible = FAULTS.filter((fault) => canHappen(fault, ground));
    const { issuing } = ground;
    const load = await startLoad(ground, issuing.keys);
    const begunAt = Date.now();
    const counts = new Map<string, number>();
    for (let left: Fault[] = []; Date.now() - begunAt < durationMs; ) {
      if (left.length === 0) left = [...possible];
      const [fault] = left.splice(draw(left.length), 1);
      console.log(`${((Date.now() - begunAt) / 1_000).toFixed(1).padStart(7)} s  ${fault!.name}`);
      await fault!.happen(ground, draw);
      await ground.isWell();
      load.check();
      issuing.check();
      counts.set(fault!.name, (counts.get(fault!.name) ?? 0) + 1);
    }
    const looked = await load.stop();
    const { codes, notSigned, heads } = await issuing.stop();
    ground.catchUp();
    const { ledger, site, ways, now } = ground;
    const fresh = await account({ site, ledger, api: ways[0]!, isRepeated: true, now, lookups: Infinity });
    const statuses = await accountForGates(ground, load.citizens, fresh);
    const { own } = looked;
    for (const line of [
      `${sumOf(counts)} faults of ${counts.size} kinds; ${ledger.sent.size} records, each there once or refused`,
      `${sumOf(ledger.refusals)} requests told to come again, ${ledger.broken} without a reply`,
      `${looked.lookups} colours looked up meanwhile, each the right one; everybody assessed again: nothing was lost`,
      `${own.code} codes shown to people with a pass, ${own['code without a pass']} without, ${own['come again']} told to come again`,
      `${statuses} published statuses and passes of people are what follows from the record`,
      `${codes} codes signed, each read as it was made; ${notSigned} not while the signer was away`,
      `${heads} times the lists followed, none of which went back`,
    ])
      console.log(line);
  } catch (error) {
    console.error(ground.site.heard().split('\n').slice(-LAST_LINES).join('\n'));
    throw error;
  } finally {
    await ground.end();
  }
}

function canHappen({ name, cannot }: Fault, ground: Ground): boolean {
  const why = cannot?.(ground) ?? false;
  if (why !== false) console.log(`left out: ${name}: ${why}`);
  return why === false;
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
