import { type Changes, changesFromGreen, countChanges } from '../../credential/status/changes.ts';
import { decodeStatus, encodeStatus } from '../../credential/status/payloads.ts';
import { createGateLists } from '../../gate/status-lists.ts';
import { verify } from '../../gate/verify.ts';
import type { Figure } from '../figures.ts';
import { ISSUERS, KEYS } from './issuers.ts';
import {
  CAPACITY,
  CARDS,
  entropyBytes,
  type MadeUp,
  makeLists,
  PEOPLE,
  type Turn,
  tokensAfter,
  turnSome,
} from './made-up-lists.ts';
import { benchRows } from './real-rows.ts';

const EPOCH = 74_608;
const AT = Date.UTC(2021, 0, 20, 4);
/**
 * What changes. Whoever is not green is so for ten days on average: of 975,000 people 97,500 turn so on a day and as many
 * turn back, which makes 135 in a minute of the day. At eight the laboratories tell what they tested in the night. At
 * midnight the quarantines of 300,000 end.
 */
const TURNS: Readonly<Record<string, Turn>> = {
  'an ordinary minute, 135 people': { people: 135, shares: { 0: 0.5, 2: 0.4, 3: 0.1 } },
  '08:00, 20,000 people': { people: 20_000, shares: { 0: 0.95, 2: 0.04, 3: 0.01 } },
  'midnight, 300,000 people': { people: 300_000, shares: { 0: 1 } },
};

/** The lists of 65 million people, of whom 1.5 % are not green; and of real rows, so many. */
export async function bench([rows = '300000']: readonly string[]): Promise<Figure[]> {
  const made = makeLists();
  return [
    figureOf('tables of the permutation of an epoch', made.seconds.tables * 1_000, 'ms'),
    figureOf('975,000 slots permuted', made.seconds.permuting * 1_000, 'ms'),
    ...baseFigures(made),
    ...Object.entries(TURNS).flatMap(([name, turn]) => turnFigures(made, name, turn)),
    sixDeltas(made),
    ...(Number(rows) > 0 ? await benchRows(Number(rows)) : []),
  ];
}

function baseFigures({ packed }: MadeUp): Figure[] {
  const heap = process.memoryUsage().arrayBuffers;
  let begun = performance.now();
  const size = { epoch: EPOCH, capacity: CAPACITY, cardCapacity: CARDS };
  const changes = changesFromGreen(packed);
  const payload = encodeStatus({ kind: 'base', ...size, at: AT, changes });
  const building = performance.now() - begun;
  begun = performance.now();
  const signed = ISSUERS.status(payload);
  const signing = performance.now() - begun;
  const gate = createGateLists(() => KEYS, verify);
  begun = performance.now();
  if (gate.take(signed, AT) !== 'taken') throw new Error('the gate does not take the base');
  const taking = performance.now() - begun;
  const memory = process.memoryUsage().arrayBuffers - heap;
  check(changes, payload);
  begun = performance.now();
  const tokens = tokensAfter(packed, undefined);
  const packing = performance.now() - begun;
  const bound = entropyBytes(
    changes.slice(1).map(({ length }) => length),
    PEOPLE,
  );
  return [
    ...sizes('base of an epoch', { payload, signed, bound, tokens }),
    figureOf('bases of two epochs, signed', (signed.length * 2) / 1_024, 'KiB'),
    figureOf('base built from memory', building, 'ms'),
    figureOf('base signed', signing, 'ms'),
    figureOf(`${tokens.count} tokens packed by zlib, level 9`, packing, 'ms'),
    figureOf('base verified, read and applied by a gate', taking, 'ms'),
    figureOf('memory of a picture, 2 bits an index', packed.length / 2 ** 20, 'MiB'),
    figureOf('memory that building and applying took at most', memory / 2 ** 20, 'MiB'),
  ];
}

function turnFigures(made: MadeUp, name: string, turn: Turn): Figure[] {
  const changes = turnSome(made, turn);
  const begun = performance.now();
  const payload = encodeStatus({ kind: 'delta', epoch: EPOCH, number: 1, holdsFrom: AT, changes });
  const writing = performance.now() - begun;
  const signed = ISSUERS.delta(payload);
  check(changes, payload);
  const gate = createGateLists(() => KEYS, verify);
  const none = changesFromGreen(new Uint8Array(0));
  const size = { epoch: EPOCH, capacity: CAPACITY, cardCapacity: CARDS };
  gate.take(ISSUERS.status(encodeStatus({ kind: 'base', ...size, at: AT, changes: none })), AT);
  const taken = performance.now();
  if (gate.take(signed, AT) !== 'taken' || !gate.view(EPOCH, AT))
    throw new Error('the gate does not take it');
  const taking = performance.now() - taken;
  const bound = entropyBytes(
    changes.map(({ length }) => length),
    PEOPLE,
  );
  return [
    ...sizes(`delta of ${name}`, { payload, signed, bound, tokens: tokensAfter(made.packed, changes) }),
    figureOf(`delta of ${name}: written`, writing, 'ms'),
    figureOf(`delta of ${name}: verified, read and applied by a gate`, taking, 'ms'),
  ];
}

/** What a gate fetches in an ordinary minute: each delta has a signature of its own. */
function sixDeltas(made: MadeUp): Figure {
  let bytes = 0;
  for (let number = 1; number <= 6; number++) {
    const changes = turnSome(made, { people: 22, shares: { 0: 0.5, 2: 0.41, 3: 0.09 } });
    const delta = { kind: 'delta' as const, epoch: EPOCH, number, holdsFrom: AT, changes };
    bytes += ISSUERS.delta(encodeStatus(delta)).length;
  }
  return figureOf('the six deltas of an ordinary minute, signed', bytes / 1_024, 'KiB');
}

interface Sizes {
  readonly payload: Uint8Array;
  readonly signed: Uint8Array;
  readonly bound: number;
  readonly tokens: { readonly count: number; readonly bytes: number };
}

/** Each beside the entropy of what it says. */
function sizes(what: string, { payload, signed, bound, tokens }: Sizes): Figure[] {
  const beside = (figure: string, bytes: number): Figure => ({
    ...figureOf(`${what}, ${figure}`, bytes / 1_024, 'KiB'),
    reference: 'entropy bound',
    referenceValue: bound / 1_024,
    ratio: bytes / bound,
  });
  return [
    beside('our form', payload.length),
    beside('our form, signed', signed.length),
    beside(`as ${tokens.count} IETF tokens`, tokens.bytes),
  ];
}

/** What is measured is read back as it was. */
function check(changes: Changes, payload: Uint8Array): void {
  const read = decodeStatus(payload);
  if (read?.kind !== 'base' && read?.kind !== 'delta') throw new Error('the list is not read');
  if (countChanges(read.changes) !== countChanges(changes)) throw new Error('the list says something else');
}

function figureOf(figure: string, value: number, unit: string): Figure {
  return { bench: 'status', figure, value, unit };
}
