import type { Check } from '../../api/doors/checks.ts';
import { refused } from '../../credential/refusals.ts';
import { type Colour, WEIGHT } from '../../domain/colour.ts';
import { type Admission, admit, type Visitor } from '../../domain/measures/admit.ts';
import type { Document } from '../../domain/people/document.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import type { Instant } from '../../domain/time.ts';
import { type CurrentColour, concludeColour, type ReadColour } from '../codes/current/read-colour.ts';
import type { ReadCurrent } from '../codes/read-current.ts';
import type { Looking } from '../lookups/look-up.ts';
import type { ReadPass, ShownPass } from '../passes/read-pass.ts';
import { documentInBody } from '../people/document-in-body.ts';
import type { Db } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { Problem, passingProblem } from '../platform/http/problem.ts';
import { personalData } from '../platform/log/personal-data.ts';
import { eraseAfter } from '../record/retention.ts';
import { addLook } from '../record/store.ts';
import { type Asker, invalid, type Place, placeOf } from './asker.ts';
import { denialRow } from './denial-rule.ts';
import type { RememberingFinder } from './find-remembered.ts';
import type { Alarm, NumberWatch, Verdict } from './number-watch.ts';
import type { ReadStanding, Standing } from './read-standing.ts';
import { addDenial } from './store.ts';
import { refusalAtDoor, type Told, WITHOUT_COLOUR } from './words.ts';

/** What checking needs. */
export interface Doors {
  readonly db: Db;
  /** The rule package in force at an instant. */
  readonly rulesAt: (now: Instant) => RulePackage;
  readonly readColour: ReadColour;
  /** Concludes where no stored conclusion holds. */
  readonly readCurrent: ReadCurrent;
  readonly readPass: ReadPass;
  readonly readStanding: ReadStanding;
  /** The account that shows the code of a person; undefined when none does. */
  readonly accountShowing: (personId: string) => Promise<string | undefined>;
  readonly people: RememberingFinder;
  readonly watch: NumberWatch;
  /** Tells the operator; never throws. */
  readonly raise: (alarm: Alarm) => Promise<void>;
}

/** One check: who asks, where, what is seen of the person, and the rules that decide. */
interface Visit {
  readonly asker: Asker;
  readonly check: Check;
  readonly place: Place;
  readonly rules: RulePackage;
  readonly now: Instant;
}

/**
 * Decides whether a door opens for whoever shows a code, or brings a document (M8, M9, M12, S7, S10). Of somebody who is
 * let in nothing is kept, of a denial what {@link denialRow} says. An error is never a colour: while something that the
 * answer rests on is away, the outcome is `unavailable`.
 *
 * @throws {Problem} `invalid`, `not-allowed` outside the territory, `rate-limited` when numbers are tried out
 */
export async function checkAtDoor(doors: Doors, asker: Asker, check: Check, now: Instant): Promise<Told> {
  if ((check.code === undefined) === (check.document === undefined))
    throw new Problem('invalid', 'Either a code or a document is checked.');
  try {
    const standing = placeOf(doors.db, asker, check);
    const place = standing instanceof Promise ? await standing : standing;
    const visit: Visit = { asker, check, place, rules: doors.rulesAt(now), now };
    mustBeKnown(visit);
    const told =
      check.code === undefined ? await byDocument(doors, visit) : await byCode(doors, visit, check.code);
    if (told.outcome === 'deny') await addDenial(doors.db, denialRow({ ...place, ...told }, now));
    return told;
  } catch (error) {
    if (error instanceof DatabaseError && PASSING.includes(error.kind)) return WITHOUT_COLOUR.unavailable;
    throw error;
  }
}

/** What is the fault of the moment: the database, or the node that holds this person, is away. */
const PASSING: readonly string[] = ['unavailable', 'conflict'];

async function byCode(doors: Doors, visit: Visit, text: string): Promise<Told> {
  const { now } = visit;
  const shown = await doors.readPass(text, now);
  if (shown.kind === 'refused') return refusalAtDoor(shown);
  const { form, bearers } = shown;
  const { hasEnded, accounts, colours } = await doors.readStanding(bearers, now);
  if (hasEnded) return refusalAtDoor(refused('not-in-force'));
  // Whoever gave the code up, or lost it, shows nothing with a text of before; nor does another account with their companions.
  // A card has ended with the code, and may be all that somebody has (S10).
  if (form !== 'paper' && accounts.some((account) => account === undefined || account !== accounts[0]))
    return WITHOUT_COLOUR['not-found'];
  const held = colours.every((colour) => colour !== undefined)
    ? colours
    : await conclude(doors, shown, colours, now);
  const known = held.map(colourOfHolder);
  if (!known.every((colour) => colour !== undefined)) return WITHOUT_COLOUR.unavailable;
  const holder = form === 'paper' ? 'paper' : 'phone';
  const heaviest = known.reduce((one, other) => (WEIGHT[other] > WEIGHT[one] ? other : one));
  const told = decide(visit, heaviest, holder);
  return form === 'group'
    ? { ...told, members: known.map((colour) => partOf(decide(visit, colour, holder))) }
    : told;
}

/** The colours of all, where those that no stored conclusion tells are concluded first. */
function conclude(
  { readCurrent }: Doors,
  { bearers }: ShownPass,
  held: Standing['colours'],
  now: Instant,
): Promise<CurrentColour[]> {
  return Promise.all(bearers.map(({ personId }, i) => held[i] ?? concludeColour(readCurrent, personId, now)));
}

/** Whoever has a code and nothing against them is green (R4); undefined when what is known cannot be read. */
function colourOfHolder(colour: CurrentColour): Colour | undefined {
  if (colour === 'unreadable') return undefined;
  return colour === 'nothing-known' ? 'green' : colour;
}

function partOf({ outcome, clause }: Admission) {
  return { outcome, clause };
}

async function byDocument(doors: Doors, visit: Visit): Promise<Told> {
  const { watch } = doors;
  const { asker, check, now } = visit;
  const looking = asker.kind === 'staff' ? lookingOf(asker, check) : undefined;
  const document = documentInBody(check.document);
  const asking = watch.asks(asker, document, now);
  if (asking.waitSeconds > 0) return bar(doors, asking);
  const mayKnow = asker.kind === 'staff' || asker.device.readsDocuments;
  const colour = mayKnow ? await colourUnder(doors, visit, document, looking) : 'none';
  if (colour === undefined) return WITHOUT_COLOUR.unavailable;
  if (colour === 'none') {
    const missing = watch.misses(asker, document, now);
    if (missing.waitSeconds > 0) return bar(doors, missing);
    if (mayKnow && !check.identityVerified) return WITHOUT_COLOUR['not-found'];
  }
  return decide(visit, colour, 'none', mayKnow && (check.identityVerified ?? false));
}

/** The colour under a document; `none` when nobody is known under it, undefined when it cannot be read. */
async function colourUnder(
  doors: Doors,
  { asker: { actor }, now }: Visit,
  document: Document,
  looking: Looking | undefined,
): Promise<Colour | 'none' | undefined> {
  const { people, readColour, accountShowing } = doors;
  const found = people.find(actor, document);
  let personId = typeof found === 'string' ? found : await found;
  for (let isAnew = false; personId !== undefined; isAnew = true) {
    if (looking) await putOnRecord(doors.db, looking, personId, now);
    const colour = await readColour(personId, now);
    if (colour === 'unreadable') return undefined;
    if (colour !== 'nothing-known') return colour;
    if ((await accountShowing(personId)) !== undefined) return 'green';
    // Whoever was remembered may be erased by now, and somebody new under the same document.
    const anew: string | undefined = isAnew ? undefined : await people.findAnew(actor, document);
    if (anew === personId) return 'none';
    personId = anew;
  }
  return 'none';
}

/** No row, no answer (D4). */
async function putOnRecord(db: Db, looking: Looking, personId: string, now: Instant): Promise<void> {
  const look = { personId, lookId: timeUuid(now), lookedAt: now, ...looking };
  await addLook(db, { ...look, subject: 'check', eraseAfter: eraseAfter('audit', now) });
}

function decide(
  { rules, check, place }: Visit,
  colour: Visitor['colour'],
  holder: Visitor['holder'],
  identityVerified = check.identityVerified ?? false,
): Admission {
  const visitor: Visitor = { colour, masked: check.masked ?? false, identityVerified, holder };
  const { outcome, clause, reason } = admit(rules, visitor, place.category)!;
  return { outcome, clause, reason };
}

/**
 * An unknown category is never taken for another. Of a registered venue it can only be unknown after the rules have
 * changed: then nobody at the door can put it right.
 */
function mustBeKnown({ rules, place }: Visit): void {
  const isKnown = rules.admission.groups.some(({ venues }) => Object.hasOwn(venues, place.category));
  if (isKnown) return;
  if (place.venueId === undefined) throw invalid('venue', 'is no category of the rules in force');
  throw new Problem('conflict', 'The rules in force do not know the category of this venue.');
}

const guard = personalData();

/** Who looks, and why: whoever was asked about will read it. */
function lookingOf({ actor, session }: Asker & { readonly kind: 'staff' }, { reason }: Check): Looking {
  if (reason === undefined) throw invalid('reason', 'is missing');
  if (guard.isIn(reason)) throw invalid('reason', 'holds personal data');
  return { actor, authority: session.authority, purpose: reason };
}

/** Turns away whoever tries numbers out, and tells of it. */
async function bar({ raise }: Doors, { waitSeconds, alarm }: Verdict): Promise<never> {
  if (alarm) await raise(alarm);
  throw passingProblem('rate-limited', 'Too many numbers were tried; codes are still read.', waitSeconds);
}
