// `npm run bench -- NAME [--json] [options]`: one benchmark, on its own.
import { bench as areas } from '../bench/areas.bench.ts';
import { bench as assess } from '../bench/assess.bench.ts';
import { bench as reassess } from '../bench/everyone/reassess.bench.ts';
import { bench as riskList } from '../bench/everyone/risk-list.bench.ts';
import { printFigures } from '../bench/figures.ts';
import { bench as gates } from '../bench/gates/gates.bench.ts';
import { MissingDataError } from '../bench/gates/public-data.ts';
import { bench as intake } from '../bench/intake.bench.ts';
import { bench as keys } from '../bench/keys.bench.ts';
import { bench as latency } from '../bench/latency.bench.ts';
import { bench as midnight } from '../bench/midnight/midnight.bench.ts';
import { bench as overload } from '../bench/overload/overload.bench.ts';
import { bench as pass } from '../bench/pass/pass.bench.ts';
import { bench as province } from '../bench/province.bench.ts';
import { bench as rules } from '../bench/rules.bench.ts';
import { bench as serve } from '../bench/serve/serve.bench.ts';
import { bench as sizes } from '../bench/sizes/sizes.bench.ts';
import { bench as status } from '../bench/status/status.bench.ts';

const BENCHES = new Map(
  Object.entries({
    areas,
    assess,
    gates,
    intake,
    keys,
    latency,
    midnight,
    overload,
    pass,
    province,
    reassess,
    'risk-list': riskList,
    rules,
    serve,
    sizes,
    status,
  }),
);
const [name, ...args] = process.argv.slice(2);
const bench = BENCHES.get(name ?? '');
if (!bench) {
  console.error(`usage: npm run bench -- NAME [--json], NAME one of ${[...BENCHES.keys()].join(', ')}`);
  process.exit(2);
}
try {
  printFigures(await bench(args.filter((arg) => arg !== '--json')), args.includes('--json'));
} catch (error) {
  if (!(error instanceof MissingDataError)) throw error;
  console.error(`${name}: ${error.message}`);
  process.exit(1);
}
