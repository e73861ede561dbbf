import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { maskName, maskNumber } from '../../../domain/people/mask.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';
import type { AccountSide } from '../../applications/sides/account-sides.ts';
import { issueCode } from '../../passes/code-text.ts';
import { documentsOf } from '../../people/documents-of.ts';
import { printPlain } from '../../platform/http/ascii-json.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import type { CurrentAssessment } from '../read-assessments.ts';
import type { ShowingParts } from './parts.ts';
import { NOTHING_SHOWN, nothingHolds, type Shown, showAnew, showGreen, unreadable } from './shown.ts';

/** Shows whoever has signed in their code, as a printed {@link MyCodeReply}. */
export type ShowMyCode = (session: CitizenSession, now: Instant) => Promise<string>;

/** Whose code it is, and what is another one at each look. */
type Own = Omit<MyCodeReply, keyof Shown>;

/** Makes what shows people their codes. What all green codes have in common is printed once. */
export function createShowMyCode(parts: ShowingParts): ShowMyCode {
  const greens = createPrints();
  const printGreen = (current: CurrentAssessment, now: Instant): string => {
    const inForce = parts.installation.rules.at(now).rules.id;
    return greens(`${inForce} ${current.rules} ${current.result}`, () => showGreen(parts, current, now));
  };
  return async (session, now) => {
    const { accountId, personId } = session;
    if (personId === undefined) {
      const side = await parts.accounts.find(accountId);
      if (side.status === 'active') throw outdated();
      return print(ownWithout(parts, side, now), NOTHING);
    }
    const [more, current] = await Promise.all([
      parts.accounts.findMore(accountId),
      parts.readCurrent(personId, now),
    ]);
    const side = more ?? { status: 'active', mark: '', personId, notices: [] };
    if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
    if (side.personId !== personId) throw outdated();
    if (current === 'unreadable') throw unreadable();
    const holding = current === 'nothing-known' ? nothingHolds(parts, now) : current;
    const shown =
      holding.colour === 'green'
        ? printGreen(holding, now)
        : printShown(await showAnew(parts, personId, now));
    const { verified } = session;
    const holder = verified ? holderIn(verified) : await readHolder(parts, accountId, personId);
    return print(ownOf(parts, holder, personId, side, now), shown);
  };
}

/** The account shows another code than when it was found out who asks; the next request is recognised as what it is. */
function outdated(): Error {
  return passingProblem('unavailable', '', 1);
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

function ownOf(
  parts: ShowingParts,
  holder: Own['holder'],
  personId: string,
  side: AccountSide,
  now: Instant,
): Own {
  const { text, expiresAt } = issueCode(parts.installation.keys, personId, now);
  return {
    ...ownWithout(parts, side, now),
    ...(holder && { holder }),
    code: { text, expiresAt: printInstant(expiresAt) },
  };
}

/** Whose code it is, masked: as the identity provider has verified it. */
function holderIn({ name, document }: NonNullable<CitizenSession['verified']>): Own['holder'] {
  return { name: maskName(name), document: maskNumber(document.number) };
}

/** Whose code it is, masked: as a counter has seen it. */
async function readHolder(
  { installation: { store, keys }, accounts }: ShowingParts,
  accountId: string,
  personId: string,
): Promise<Own['holder']> {
  const [name, documents] = await Promise.all([
    accounts.nameOf(accountId),
    documentsOf(store.app, keys, [personId]),
  ]);
  const document = documents.get(personId);
  return document && { name: maskName(name ?? ''), document: maskNumber(document.number) };
}

/** The print of what is shown goes on where that of the own part ends, so that it is not made again. */
function print(own: Own, shown: string): string {
  return printPlain(own).slice(0, -1) + shown;
}

/** What is shown, as it follows the own part: without the bracket that opens it. */
function printShown(shown: Shown): string {
  return `,${printPlain(shown).slice(1)}`;
}

const NOTHING = printShown(NOTHING_SHOWN);
/** Of each a few kilobytes; there are as many as there are instants at which something ends that gives no colour. */
const MOST_PRINTS = 1_000;

/** Keeps what was printed, the prints that were made last. */
function createPrints(): (key: string, show: () => Shown) => string {
  const prints = new Map<string, string>();
  return (key, show) => {
    const known = prints.get(key);
    if (known) return known;
    const made = printShown(show());
    prints.set(key, made);
    if (prints.size > MOST_PRINTS) prints.delete(prints.keys().next().value!);
    return made;
  };
}
