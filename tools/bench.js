// `npm run bench -- NAME [--json] [options]`: one benchmark, on its own.
import { readdirSync } from 'node:fs';
import { register } from 'tsx/esm/api';

register();
const names = readdirSync(new URL('../bench', import.meta.url))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length));
const [name, ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json], NAME one of ${names.join(', ')}`);
  process.exit(2);
}
const { bench } = await import(`../bench/${name}.bench.ts`);
const { printFigures } = await import('../bench/figures.ts');
printFigures(await bench(args.filter((arg) => arg !== '--json')), args.includes('--json'));
