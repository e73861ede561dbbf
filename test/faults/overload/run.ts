// `npm run overload [-- MINUTES [--figures]]`: a service whose way to its database is so narrow that it manages about 1,000 requests a
// second is offered ten times that, whether or not it answers. It ends with what came of it, and with exit code 1 when
// something was not as it should be; with `--figures` it only tells them, as JSON.
import { parseArgs } from 'node:util';
import { figuresOf } from './figures.ts';
import { mustHold } from './holds.ts';
import { onOwnDatabase } from './own-database.ts';
import { runOverload } from './run-overload.ts';

const USUAL_MINUTES = '2';
const PHASES = { calibrating: 3, before: 3, after: 13 };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { figures: { type: 'boolean', default: false } },
});
const minutes = Number(positionals[0] ?? USUAL_MINUTES);
if (!(minutes > 0)) {
  console.error('usage: npm run overload [-- MINUTES]');
  process.exit(2);
}
process.exitCode = await run().catch((error: unknown) => {
  console.error(error);
  return 1;
});
process.exit();

async function run(): Promise<number> {
  const outcome = await onOwnDatabase((url, whenOver) =>
    runOverload(
      { url, capacity: 1_000, seconds: minutes * 60, phases: PHASES, tell: console.error },
      whenOver,
    ),
  );
  if (values.figures) {
    console.log(JSON.stringify(figuresOf(outcome)));
    return 0;
  }
  for (const [figure, value, unit] of figuresOf(outcome))
    console.log(`${figure}: ${value.toPrecision(3)} ${unit}`);
  mustHold(outcome, 'own');
  return 0;
}
