import { parseArgs } from 'node:util';
import { LOADS, type LoadName } from './loads.ts';

/** What is to be measured. */
export interface ServeOptions {
  readonly loads: readonly LoadName[];
  /** How many processes serve, one count after the other. */
  readonly processes: readonly number[];
  readonly seconds: number;
  readonly people: number;
  /** Over so many is asked at a time, for each process that serves. */
  readonly connections: number;
}

/**
 * Reads `serve [LOAD…] [--processes 1,2] [--seconds 2.5] [--people 100000] [--connections 128]`. A load is a name of {@link LOADS} or what names of it
 * begin with, such as `checks`; all when none is named.
 *
 * @throws {Error} for a name that is none, or a number that is none
 */
export function readServeOptions(args: readonly string[]): ServeOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      processes: { type: 'string', default: '1,2' },
      seconds: { type: 'string', default: '2.5' },
      people: { type: 'string', default: '100000' },
      connections: { type: 'string', default: '128' },
    },
  });
  const named = positionals.map((word) => {
    const found = LOADS.filter((name) => name === word || name.startsWith(`${word}-`));
    if (found.length === 0) throw new Error(`${word} is none of ${LOADS.join(', ')}`);
    return found;
  });
  return {
    loads: named.length === 0 ? LOADS : LOADS.filter((name) => named.some((found) => found.includes(name))),
    processes: values.processes.split(',').map(positive),
    seconds: positive(values.seconds),
    people: positive(values.people),
    connections: positive(values.connections),
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${text} is no number above 0`);
  return value;
}
