import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { maskName, maskNumber } from '../../../domain/people/mask.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';
import type { AccountSide } from '../../applications/sides/account-sides.ts';
import { issueCode } from '../../passes/code-text.ts';
import { documentsOf } from '../../people/documents-of.ts';
import { Problem, passingProblem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { printPlain } from '../../platform/http/serve.ts';
import { createRecentMap } from '../../platform/memory/recent-map.ts';
import type { CurrentAssessment } from '../read-assessments.ts';
import type { Current } from '../read-current.ts';
import type { ShowingParts } from './parts.ts';
import { NOTHING_SHOWN, nothingHolds, type Shown, showAnew, showGreen, unreadable } from './shown.ts';

/** Shows whoever has signed in a code, as a printed {@link MyCodeReply}. */
export interface ShowCodes {
  /** Their own. */
  readonly own: (session: CitizenSession, now: Instant) => Promise<string>;
  /**
   * That of somebody without a document, for whom they answer.
   *
   * @throws {Problem} `not-found` for anybody else, whoever that is
   */
  readonly ward: (session: CitizenSession, personId: string, now: Instant) => Promise<string>;
}

/** Whose code it is, and what is another one at each look. */
type Own = Omit<MyCodeReply, keyof Shown>;

/** Makes what shows people their codes. What all green codes have in common is printed once. */
export function createShowCodes(parts: ShowingParts): ShowCodes {
  const greens = createPrints();
  const printGreen = (current: CurrentAssessment, now: Instant): string => {
    const inForce = parts.installation.rules.at(now).rules.id;
    return greens(`${inForce} ${current.rules} ${current.result}`, () => showGreen(parts, current, now));
  };
  const printCurrent = async (personId: string, current: Current, now: Instant): Promise<string> => {
    if (current === 'unreadable') throw unreadable();
    const holding = current === 'nothing-known' ? nothingHolds(parts, now) : current;
    return holding.colour === 'green'
      ? printGreen(holding, now)
      : printShown(await showAnew(parts, personId, now));
  };
  const own: ShowCodes['own'] = async (session, now) => {
    const { accountId, personId } = session;
    if (personId === undefined) {
      const side = await parts.accounts.find(accountId);
      if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
      // It was confirmed since it was found out who asks, or in this moment, because nobody has contested it.
      if (side.personId !== undefined) return own({ ...session, personId: side.personId }, now);
      throw outdated();
    }
    const [more, current] = await Promise.all([
      parts.accounts.findMore(accountId),
      parts.readCurrent(personId, now),
    ]);
    const side = more ?? { status: 'active', mark: '', personId, notices: [] };
    if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
    if (side.personId !== personId) throw outdated();
    const shown = await printCurrent(personId, current, now);
    const { verified } = session;
    const holder = verified ? holderIn(verified) : await readHolder(parts, accountId, personId);
    return print(ownOf(parts, holder, personId, side, now), shown);
  };
  const ward: ShowCodes['ward'] = async ({ accountId }, personId, now) => {
    const found = (await parts.accounts.wardsOf(accountId)).find((one) => one.personId === personId);
    if (!found) throw new Problem('not-found', 'This account shows no such code.');
    const shown = await printCurrent(personId, await parts.readCurrent(personId, now), now);
    const holder = { name: found.name, document: found.document };
    return print(ownOf(parts, holder, personId, { status: 'active', mark: '', notices: [] }, now), shown);
  };
  return { own, ward };
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

/** Keeps what was printed, the prints that were asked for last. */
function createPrints(): (key: string, show: () => Shown) => string {
  const prints = createRecentMap<string, string>(MOST_PRINTS);
  return (key, show) => {
    const known = prints.get(key);
    if (known) return known;
    const made = printShown(show());
    prints.set(key, made);
    return made;
  };
}
