import { conclude } from '../../credential/conclude.ts';
import { hintInput, hintOf } from '../../credential/hint.ts';
import { readTextLater } from '../../credential/read.ts';
import type { StatusView } from '../../credential/status-view.ts';
import type { VerifyLater } from '../../credential/suites.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import { NEVER, parseInstant } from '../../domain/time.ts';
import { fromHex, toHex } from '../../gate/hex.ts';
import { inOrder } from './plain.ts';
import type { ListsVector, RefusalVector, Vectors } from './vectors.ts';

/** How an engine verifies and digests. */
export interface Engine {
  readonly verify: VerifyLater;
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
}

/** Reads all known answers with an engine; gives the names of those that came out otherwise, each with what came. */
export async function runVectors(vectors: Vectors, engine: Engine): Promise<string[]> {
  const keys = keysOf(vectors);
  const view = viewOf(vectors.lists);
  const faults: string[] = [];
  const expect = (name: string, actual: unknown, expected: unknown) => {
    if (inOrder(actual) !== inOrder(expected)) faults.push(`${name}: ${inOrder(actual)}`);
  };
  for (const vector of vectors.passes) {
    const { opened, signed, conclusion } = await readVector(vector, keys, view, engine);
    expect(`${vector.name}, read`, opened, { pass: vector.pass, shownAt: vector.shownAt });
    expect(`${vector.name}, signed`, signed, vector.signed);
    expect(`${vector.name}, concluded`, conclusion, vector.conclusion);
  }
  for (const vector of vectors.refusals) {
    const { name, reason, offsetSeconds } = vector satisfies RefusalVector;
    const { conclusion } = await readVector(vector, keys, view, engine);
    expect(name, conclusion, { kind: 'refused', reason, offsetSeconds });
  }
  for (const { epoch, index, documentType, number, input, hint } of vectors.hints) {
    const bytes = hintInput(epoch, index, documentType, number);
    expect(`the hint of ${number}`, [bytes, hintOf(await engine.sha256(bytes))], [input, hint]);
  }
  return faults;
}

interface TextAt {
  readonly text: string;
  readonly at: string;
}

/** What is read of a text: the pass, what was signed, and what follows. */
export async function readVector({ text, at }: TextAt, keys: Keys, view: StatusView, engine: Engine) {
  const now = parseInstant(at);
  const opened = await readTextLater(text, keys, now, engine.verify);
  if (opened.kind === 'refused') return { opened, signed: [], conclusion: opened };
  const { pass, shownAt, checks } = opened;
  const signed = checks.map(({ message }) => message);
  return { opened: { pass, shownAt }, signed, conclusion: conclude(opened, view, now) };
}

export function keysOf({ keys, parameters, province }: Vectors): Keys {
  const known = new Map(
    keys.map(({ kid, publicKey, notBefore, notAfter, revokedAt, ...rest }) => [
      kid,
      {
        ...rest,
        ...{ kid: fromHex(kid), publicKey: fromHex(publicKey) },
        ...{ notBefore: parseInstant(notBefore), notAfter: parseInstant(notAfter) },
        ...(revokedAt !== undefined && { revokedAt: parseInstant(revokedAt) }),
      },
    ]),
  );
  return { find: (kid) => known.get(toHex(kid)), parameters, province, expiresAt: NEVER };
}

export function viewOf({ epoch, at, people, cards }: ListsVector): StatusView {
  return {
    epoch,
    at: parseInstant(at),
    statusOf: (index) => people[index] ?? 0,
    statusOfCard: (index) => cards[index] ?? 0,
  };
}
