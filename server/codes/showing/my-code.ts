import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { maskName, maskNumber } from '../../../domain/people/mask.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';
import { issueCode } from '../../passes/code-text.ts';
import { documentsOf } from '../../people/documents-of.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import type { CurrentAssessment } from '../read-assessments.ts';
import type { AccountSide, ShowingParts } from './parts.ts';
import { NOTHING_SHOWN, nothingHolds, type Shown, showAnew, showGreen, unreadable } from './shown.ts';

/** Shows whoever has signed in their code, as a printed {@link MyCodeReply}. */
export type ShowMyCode = (session: CitizenSession, now: Instant) => Promise<Buffer>;

/** Whose code it is, and what is another one at each look. */
type Own = Omit<MyCodeReply, keyof Shown>;

/** Makes what shows people their codes. What all green codes have in common is printed once. */
export function createShowMyCode(parts: ShowingParts): ShowMyCode {
  const greens = createPrints();
  const printGreen = (current: CurrentAssessment, now: Instant): Buffer => {
    const inForce = parts.installation.rules.at(now).rules.id;
    return greens(`${inForce} ${current.rules} ${current.result}`, () => showGreen(parts, current, now));
  };
  return async (session, now) => {
    const { accountId, personId } = session;
    if (personId === undefined) {
      const side = await parts.accountOf(accountId);
      // Confirmed since it was found out who asks: the next request is recognised as that.
      if (side.status === 'active') throw passingProblem('unavailable', '', 1);
      return print(ownWithout(parts, side, now), NOTHING);
    }
    const [side, current] = await Promise.all([parts.accountOf(accountId), parts.readCurrent(personId, now)]);
    if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
    if (current === 'unreadable') throw unreadable();
    const holding = current === 'nothing-known' ? nothingHolds(parts, now) : current;
    const shown =
      holding.colour === 'green'
        ? printGreen(holding, now)
        : printShown(await showAnew(parts, personId, now));
    return print(await ownOf(parts, session, personId, side, now), shown);
  };
}

/** What an account sees besides its code; while it has none, nothing about any document. */
function ownWithout({ isLate }: ShowingParts, side: AccountSide, now: Instant): Own {
  const { status, reference, notices } = side;
  return {
    status,
    ...(reference !== undefined && { reference }),
    notices: [...notices],
    asOf: printInstant(now),
    degraded: isLate(),
  };
}

async function ownOf(
  parts: ShowingParts,
  session: CitizenSession,
  personId: string,
  side: AccountSide,
  now: Instant,
): Promise<Own> {
  const { text, expiresAt } = issueCode(parts.installation.keys, personId, now);
  const holder = await holderOf(parts, session, personId, side);
  return {
    ...ownWithout(parts, side, now),
    ...(holder && { holder }),
    code: { text, expiresAt: printInstant(expiresAt) },
  };
}

/** Whose code it is, masked: as the identity provider has verified it, else as a counter has seen it. */
async function holderOf(
  { installation: { store, keys } }: ShowingParts,
  { verified }: CitizenSession,
  personId: string,
  side: AccountSide,
): Promise<Own['holder']> {
  const name = verified?.name ?? side.name ?? '';
  const document = verified?.document ?? (await documentsOf(store.app, keys, [personId])).get(personId);
  return document && { name: maskName(name), document: maskNumber(document.number) };
}

/** The print goes on where that of the own part ends, so that neither is made twice. */
function print(own: Own, shown: Buffer): Buffer {
  const first = JSON.stringify(own);
  const length = Buffer.byteLength(first);
  const whole = Buffer.allocUnsafe(length - 1 + shown.length);
  whole.write(first);
  shown.copy(whole, length - 1);
  return whole;
}

/** What is shown, as it follows the own part: without the bracket that opens it. */
function printShown(shown: Shown): Buffer {
  return Buffer.from(`,${JSON.stringify(shown).slice(1)}`);
}

const NOTHING = printShown(NOTHING_SHOWN);
/** Of each a few kilobytes; there are as many as there are instants at which something ends that gives no colour. */
const MOST_PRINTS = 1_000;

/** Keeps what was printed, the prints that were made last. */
function createPrints(): (key: string, show: () => Shown) => Buffer {
  const prints = new Map<string, Buffer>();
  return (key, show) => {
    const known = prints.get(key);
    if (known) return known;
    const made = printShown(show());
    prints.set(key, made);
    if (prints.size > MOST_PRINTS) prints.delete(prints.keys().next().value!);
    return made;
  };
}
