/**
 * Differential testing: the same made-up worlds through the oracle and through another implementation of
 * colour.md. Whoever calls it gives the implementation, so that this folder imports nothing of the product.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { anyWorld, faultyWorld, type World } from './generate.ts';
import { type LineFault, type OracleOptions, type OracleResult, oracle } from './oracle.ts';

/** What is compared with the oracle. `areaFaults` may be missing. */
export type Implementation = (
  lines: readonly string[],
  options: OracleOptions,
) => OracleResult | Promise<OracleResult>;

/**
 * Runs that many worlds, a quarter of them with faults. Throws with the smallest world that makes a difference,
 * as it would stand in files, and with what both said. The same seed gives the same worlds.
 */
export async function compare(implementation: Implementation, runs: number, seed: number): Promise<void> {
  const worlds = fc.oneof({ arbitrary: anyWorld, weight: 3 }, { arbitrary: faultyWorld, weight: 1 });
  const agrees = fc.asyncProperty(
    worlds,
    async (world) => (await differenceIn(world, implementation)) === undefined,
  );
  const { failed, counterexample, numRuns } = await fc.check(agrees, { numRuns: runs, seed });
  if (!failed) return;
  const world = counterexample?.[0];
  const difference = world && (await differenceIn(world, implementation));
  throw new Error(`after ${numRuns} worlds of seed ${seed}\n${difference}`);
}

/** What differs in one world, ready to be read; undefined when nothing does. */
export async function differenceIn(
  world: World,
  implementation: Implementation,
): Promise<string | undefined> {
  const expected = oracle(world.lines, world.options);
  const actual = await resultOf(implementation, world);
  if (actual instanceof Error) return describe(world, expected, { output: [], faults: [] }, actual);
  // The names of fields in faults are nobody's contract; the lines are.
  const same =
    isDeepStrictEqual(asJson(actual.output), asJson(expected.output)) &&
    isDeepStrictEqual(linesOf(actual.faults), linesOf(expected.faults));
  return same ? undefined : describe(world, expected, actual);
}

/** What an implementation says, or how it broke, which is a difference too. */
async function resultOf(
  implementation: Implementation,
  { lines, options }: World,
): Promise<OracleResult | Error> {
  try {
    return await implementation(lines, options);
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}

function describe(
  { lines, options }: World,
  expected: OracleResult,
  actual: OracleResult,
  broken?: Error,
): string {
  const { areas = [], ...rest } = options;
  return [
    '--- evidence',
    ...lines,
    '--- areas',
    ...areas,
    `--- options ${JSON.stringify(rest)}`,
    '--- the oracle says',
    ...expected.output.map((line) => JSON.stringify(line)),
    `faults ${JSON.stringify(expected.faults)}`,
    '--- the implementation says',
    ...actual.output.map((line) => JSON.stringify(line)),
    `faults ${JSON.stringify(actual.faults)}`,
    ...(broken ? [`it threw ${broken.stack}`] : []),
  ].join('\n');
}

function linesOf(faults: readonly LineFault[]): number[] {
  return [...new Set(faults.map(({ line }) => line))].sort((left, right) => left - right);
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
