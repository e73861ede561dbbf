/**
 * The table: one row or more for each sentence of colour.md, worked out by hand. It is for any implementation:
 * `checkRow` takes what an implementation printed.
 */
import assert from 'node:assert/strict';
import type { OracleOptions, OracleResult } from './oracle.ts';
import { CHOSEN_ROWS } from './rows/chosen.ts';
import { FAULT_ROWS } from './rows/faults.ts';
import { type ExpectedPerson, type Row, short } from './rows/notation.ts';
import { PEOPLE_ROWS } from './rows/people.ts';
import { PLACE_ROWS } from './rows/places.ts';
import { RED_ROWS } from './rows/red.ts';
import { TIME_ROWS, VERSION_ROWS } from './rows/time-and-versions.ts';
import { YELLOW_ROWS } from './rows/yellow.ts';

/** Every row. */
export const TABLE: readonly Row[] = [
  ...TIME_ROWS,
  ...VERSION_ROWS,
  ...FAULT_ROWS,
  ...PLACE_ROWS,
  ...RED_ROWS,
  ...YELLOW_ROWS,
  ...PEOPLE_ROWS,
  ...CHOSEN_ROWS,
];

/** What an assessment looks like, as far as the table reads it. */
interface Printed {
  readonly person: { readonly document: { readonly number: string } };
  readonly colour: string;
  readonly nextChangeAt: string | null;
  readonly grounds: readonly Spanned[];
  readonly advisories: readonly Spanned[];
  readonly measures: readonly {
    readonly form: string;
    readonly from: string;
    readonly until: string | null;
    readonly clause: string;
  }[];
}

interface Spanned {
  readonly clause: string;
  readonly since: string;
  readonly until: string | null;
  readonly evidence: readonly (readonly [source: string, id: string])[];
}

/** What a row asks of an implementation, besides its lines. */
export function optionsOf({ at, knownAt, areas, stayMatch }: Row): OracleOptions {
  return {
    at,
    ...(knownAt ? { knownAt } : {}),
    ...(areas ? { areas } : {}),
    ...(stayMatch ? { stayMatch } : {}),
  };
}

/** Throws when what an implementation gave for a row is not what the row expects. */
export function checkRow({ expect }: Row, { output, faults, areaFaults = [] }: OracleResult): void {
  const numbers = (list: readonly { line: number }[]) => [...new Set(list.map(({ line }) => line))];
  assert.deepEqual(numbers(faults), expect.faults ?? []);
  // How a faulty area is told is not said in colour.md, so only that it hides everybody is asked.
  if (expect.areaFaults) assert.deepEqual(output, []);
  else assert.deepEqual(numbers(areaFaults), []);
  if (!expect.people) return;
  // The output was made to be printed as JSON; these are its shapes.
  const people = JSON.parse(JSON.stringify(output)) as Printed[];
  const shown = people.map((person, index) => inNotation(person, expect.people?.[index] ?? {}));
  assert.deepEqual(shown, expect.people);
}

/** The printed person in the notation of the table, only what the row asks for. */
function inNotation(printed: Printed, asked: ExpectedPerson): ExpectedPerson {
  const whole: { [name: string]: unknown } = {
    document: printed.person.document.number,
    colour: printed.colour,
    grounds: printed.grounds.map(spanned),
    measures: printed.measures.map(
      ({ form, from, until, clause }) => `${form} ${short(from)}..${short(until)} ${clause}`,
    ),
    advisories: printed.advisories.map(spanned),
    next: printed.nextChangeAt === null ? null : short(printed.nextChangeAt),
  };
  return Object.fromEntries(Object.keys(asked).map((name) => [name, whole[name]]));
}

function spanned({ clause, since, until, evidence }: Spanned): string {
  const keys = evidence.map(([source, id]) => (source === 'health' ? id : `${source}/${id}`)).join(' ');
  return `${clause} ${short(since)}..${short(until)} ${keys}`;
}
