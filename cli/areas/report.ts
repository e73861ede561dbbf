import type { KnownPlace } from '../../domain/places/history.ts';
import { DEPTHS, type Depth } from '../../domain/places/resolve-place.ts';
import { printInstant } from '../../domain/time.ts';

/** How far the names of the lists were resolved, one line a depth, for a person to read. */
export function resolutionReport(places: Iterable<KnownPlace>): string {
  const all = new Map<Depth, number>();
  const whole = new Map<Depth, number>();
  let total = 0;
  for (const { resolved } of places) {
    total++;
    all.set(resolved.depth, (all.get(resolved.depth) ?? 0) + 1);
    if (resolved.region !== '' && resolved.place === '')
      whole.set(resolved.depth, (whole.get(resolved.depth) ?? 0) + 1);
  }
  const row = (...cells: readonly (string | number)[]) => {
    const [name = '', ...numbers] = cells.map((cell) => cell.toLocaleString('en-US'));
    return `  ${name.padEnd(12)}${numbers.map((number) => number.padStart(18)).join('')}`;
  };
  return [
    `${total.toLocaleString('en-US')} different places on the lists, by the code that they were resolved to:`,
    row('', 'places', 'exactly the code'),
    ...DEPTHS.map((depth) => row(depth, all.get(depth) ?? 0, whole.get(depth) ?? 0)),
  ].join('\n');
}

/**
 * The places that a person should look at, as JSON Lines: a name in them was not found. Those with a region are
 * listed there under their text, and the others nowhere.
 */
export function unresolvedLines(places: Iterable<KnownPlace>): string {
  let lines = '';
  for (const { names, text, resolved, first, last } of places) {
    const { region, place, unknown } = resolved;
    if (unknown === '' && region !== '') continue;
    const kept = region === '' ? null : { region, place };
    const times = { first: printInstant(first), last: printInstant(last) };
    lines += `${JSON.stringify({ ...names, place: text, unknown, kept, ...times })}\n`;
  }
  return lines;
}
