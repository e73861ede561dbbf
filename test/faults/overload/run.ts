// `npm run overload [-- MINUTES] [--figures] [--processor]`: a service whose way to its database is so narrow that it manages about
// 1,000 requests a second is offered ten times that, whether or not it answers. It ends with what came of it, and with exit
// code 1 when something was not as it should be; with `--figures` it only tells them, as JSON. With `--processor`, which is for
// figures only, the service shares a core with its database and is offered twice what it then manages: nothing is promised there (decision 0034).
import { parseArgs } from 'node:util';
import { figuresOf } from './figures.ts';
import { mustHold } from './holds.ts';
import { onOwnDatabase } from './own-database.ts';
import { runOverload } from './run-overload.ts';

const USUAL_MINUTES = '2';
const PHASES = { calibrating: 3, before: 3, after: 13 };

/**
 * A neighbour, so that whoever asks, who needs a core too, asks more quickly than can be answered. To turn somebody away takes half as
 * long as to answer, all of the network counted, so that twice what one manages takes nearly all that is left of the core.
 */
const PROCESSOR = { neighbours: 1, connections: 2_000, repliesPerConnection: 100 };
const OF_PROCESSOR = { capacity: 2_000, factor: 2, phases: { ...PHASES, calibrating: 6 } };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { figures: { type: 'boolean', default: false }, processor: { type: 'boolean', default: false } },
});
const minutes = Number(positionals[0] ?? USUAL_MINUTES);
if (!(minutes > 0) || (values.processor && !values.figures)) {
  console.error('usage: npm run overload [-- MINUTES] [--figures [--processor]]');
  process.exit(2);
}
process.exitCode = await run().catch((error: unknown) => {
  console.error(error);
  return 1;
});
process.exit();

async function run(): Promise<number> {
  const usual = { capacity: 1_000, seconds: minutes * 60, phases: PHASES, tell: console.error };
  const outcome = await onOwnDatabase((url, whenOver, databasePid) => {
    const processor = { ...PROCESSOR, databasePid };
    return runOverload({ url, ...usual, ...(values.processor && { ...OF_PROCESSOR, processor }) }, whenOver);
  });
  if (values.figures) {
    console.log(JSON.stringify(figuresOf(outcome)));
    return 0;
  }
  for (const [figure, value, unit] of figuresOf(outcome))
    console.log(`${figure}: ${value.toPrecision(3)} ${unit}`);
  mustHold(outcome, 'own');
  return 0;
}
