import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import type { Colour } from '../../../domain/colour.ts';
import type { Document } from '../../../domain/people/document.ts';
import { maskName, maskNumber } from '../../../domain/people/mask.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';
import type { AccountSide } from '../../applications/sides/account-sides.ts';
import { IssuingError } from '../../passes/issuing.ts';
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
  /** Their own, with a pass or without. */
  readonly own: (session: CitizenSession, withPass: boolean, now: Instant) => Promise<string>;
  /**
   * That of somebody without a document, for whom they answer.
   *
   * @throws {Problem} `not-found` for anybody else, whoever that is
   */
  readonly ward: (session: CitizenSession, personId: string, now: Instant) => Promise<string>;
}

/** Whose code it is, and what is another one at each look. */
type Own = Omit<MyCodeReply, keyof Shown>;

/** Whose code is shown: as it was verified, or seen by a counter. */
interface Holder {
  readonly name: string;
  readonly document: Document;
}

/** What holds about somebody, printed. */
interface Printed {
  readonly colour: Colour;
  readonly text: string;
}

/** Makes what shows people their codes. What all green codes have in common is printed once. */
export function createShowCodes(parts: ShowingParts): ShowCodes {
  const greens = createPrints();
  const printGreen = (current: CurrentAssessment, now: Instant): Printed => {
    const inForce = parts.installation.rules.at(now).rules.id;
    const key = `${inForce} ${current.rules} ${current.result}`;
    return { colour: 'green', text: greens(key, () => showGreen(parts, current, now)) };
  };
  const printCurrent = async (personId: string, current: Current, now: Instant): Promise<Printed> => {
    if (current === 'unreadable') throw unreadable();
    const holding = current === 'nothing-known' ? nothingHolds(parts, now) : current;
    if (holding.colour === 'green') return printGreen(holding, now);
    const shown = await showAnew(parts, personId, now);
    return { colour: shown.colour!, text: printShown(shown) };
  };
  const own: ShowCodes['own'] = async (session, withPass, now) => {
    const { accountId, personId } = session;
    if (personId === undefined) {
      const side = await parts.accounts.find(accountId);
      if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
      // It was confirmed since it was found out who asks, or in this moment, because nobody has contested it.
      if (side.personId !== undefined) return own({ ...session, personId: side.personId }, withPass, now);
      throw outdated();
    }
    const [more, current] = await Promise.all([
      parts.accounts.findMore(accountId),
      parts.readCurrent(personId, now),
      withPass && parts.issuing.prepare(personId),
    ]);
    const side = more ?? { status: 'active', mark: '', personId, notices: [] };
    if (side.status !== 'active') return print(ownWithout(parts, side, now), NOTHING);
    if (side.personId !== personId) throw outdated();
    const shown = await printCurrent(personId, current, now);
    const holder = session.verified ?? (await readHolder(parts, accountId, personId));
    const code =
      holder && (withPass ? withCode(await issue(parts, personId, holder.document, shown.colour, now)) : {});
    return print({ ...ownWithout(parts, side, now), ...shownOf(holder, code) }, shown.text);
  };
  const ward: ShowCodes['ward'] = async ({ accountId }, personId, now) => {
    const found = (await parts.accounts.wardsOf(accountId)).find((one) => one.personId === personId);
    if (!found) throw new Problem('not-found', 'This account shows no such code.');
    const [shown, document] = await Promise.all([
      parts.readCurrent(personId, now).then((current) => printCurrent(personId, current, now)),
      readDocument(parts, personId),
    ]);
    const code = document && (await issue(parts, personId, document, shown.colour, now));
    const holder = { name: found.name, document: found.document };
    const side = { status: 'active', mark: '', notices: [] } as const;
    return print({ ...ownWithout(parts, side, now), ...withCode(code), holder }, shown.text);
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

/**
 * What a door reads, with the colour of this very answer; undefined while the signer is away: then the colour is told all
 * the same.
 */
async function issue(
  { issuing }: ShowingParts,
  personId: string,
  document: Document,
  colour: Colour,
  now: Instant,
): Promise<MyCodeReply['code']> {
  try {
    const { text, expiresAt, refreshAfterSeconds } = await issuing.online(
      { personId, document },
      colour,
      now,
    );
    return { text, expiresAt: printInstant(expiresAt), refreshAfterSeconds };
  } catch (error) {
    if (error instanceof IssuingError) return undefined;
    throw error;
  }
}

/** Without a text for doors the answer says that something is missing. */
function withCode(code: MyCodeReply['code']): Partial<Pick<Own, 'code' | 'degraded'>> {
  return code ? { code } : { degraded: true };
}

/** Whose code it is, masked, and what a door reads. */
function shownOf(
  holder: Holder | undefined,
  code: ReturnType<typeof withCode> = withCode(undefined),
): Partial<Own> {
  if (!holder) return code;
  const { name, document } = holder;
  return { holder: { name: maskName(name), document: maskNumber(document.number) }, ...code };
}

/** Whose code it is, as a counter has seen it. */
async function readHolder(
  parts: ShowingParts,
  accountId: string,
  personId: string,
): Promise<Holder | undefined> {
  const [name, document] = await Promise.all([
    parts.accounts.nameOf(accountId),
    readDocument(parts, personId),
  ]);
  return document && { name: name ?? '', document };
}

async function readDocument(
  { installation: { store, keys } }: ShowingParts,
  personId: string,
): Promise<Document | undefined> {
  return (await documentsOf(store.app, keys, [personId])).get(personId);
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
