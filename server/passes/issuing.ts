import type { HolderPass, Member, Pass } from '../../credential/pass.ts';
import { encodePass } from '../../credential/passes.ts';
import { passText } from '../../credential/show.ts';
import { endOfEpoch, epochAt } from '../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';
import type { Colour } from '../../domain/colour.ts';
import type { Document } from '../../domain/people/document.ts';
import { type Instant, wholeSecond } from '../../domain/time.ts';
import { hintFor } from '../../gate/hint.ts';
import { type Signing, SigningError } from './signing.ts';
import type { FindSlots } from './slots/find-slots.ts';
import type { Indexes } from './slots/indexes.ts';
import { createReachEpoch } from './slots/reach-epoch.ts';

/** A text that a phone shows as a QR code while the service answers. */
export interface OnlineText {
  readonly text: string;
  /** From this instant on it is refused. */
  readonly expiresAt: Instant;
  /** After how long the phone asks for the next one; differs from one to the other. */
  readonly refreshAfterSeconds: number;
}

/** Whose status a pass points to, and with which document an identity check compares them. */
export interface Bearer {
  /** Of a phone, or of a person. */
  readonly slot: number;
  readonly document: Document;
}

/** What issuing passes needs. */
export interface IssuingParts {
  readonly signing: Signing;
  readonly slots: FindSlots;
  readonly indexes: Indexes;
  readonly parameters: () => TrustParameters;
  /** The number under which the rule package was put in force that decides at an instant. */
  readonly rulesAt: (now: Instant) => number;
}

/** No pass can be issued now: the signer does not sign, or an epoch has no lists, or no room in them. */
export class IssuingError extends Error {
  override readonly name = 'IssuingError';
}

/** Issues passes (S7), or throws {@link IssuingError}. */
export interface Issuing {
  readonly parameters: () => TrustParameters;
  /** Looks up what a pass of somebody needs besides their colour, so that it is there once that is known. Writes nothing. */
  readonly prepare: (personId: string) => Promise<void>;
  /** A pass with a colour inside that counts for a minute. */
  readonly online: (
    person: { readonly personId: string; readonly document: Document },
    colour: Colour,
    now: Instant,
  ) => Promise<OnlineText>;
  /** A pass for one epoch, bound to a key of a phone: the first bearer is the phone, the others are companions. */
  readonly bound: (
    bearers: readonly [Bearer, ...Bearer[]],
    to: Pick<HolderPass, 'epoch' | 'holderKey' | 'needsNewerLists'>,
    now: Instant,
  ) => Promise<Uint8Array>;
}

/** Makes the issuing of a process. */
export function createIssuing({ signing, slots, indexes, parameters, rulesAt }: IssuingParts): Issuing {
  const reach = createReachEpoch(indexes);
  const memberIn = (epoch: number, { slot, document }: Bearer): Member => {
    const index = indexes.indexOf(epoch, slot);
    if (index === undefined) throw new IssuingError('the epoch has no lists, or no room');
    return { index, hint: hintFor(epoch, index, document) };
  };
  const sign = async (pass: Pass) => {
    try {
      return await signing.sign('pass', encodePass(pass));
    } catch (error) {
      if (error instanceof SigningError) throw new IssuingError('nothing is signed', { cause: error });
      throw error;
    }
  };
  const online: Issuing['online'] = async ({ personId, document }, colour, now) => {
    const { onlineSeconds, ...epochs } = parameters();
    const epoch = epochAt(now, epochs);
    const [slot] = await Promise.all([slots.personSlot(personId), reach(epoch, now)]);
    const member = memberIn(epoch, { slot, document });
    const issuedAt = wholeSecond(now);
    const expiresAt = issuedAt + onlineSeconds * 1_000;
    const rules = rulesAt(now);
    const signed = await sign({ form: 'online', epoch, ...member, colour, rules, issuedAt, expiresAt });
    const refreshAfterSeconds = chanceBetween(
      onlineSeconds * EARLIEST_REFRESH,
      onlineSeconds * LATEST_REFRESH,
    );
    return { text: passText(signed), expiresAt, refreshAfterSeconds };
  };
  const bound: Issuing['bound'] = async ([phone, ...companions], to, now) => {
    const { epoch } = to;
    const issued = {
      ...{ ...to, rules: rulesAt(now) },
      ...{ issuedAt: wholeSecond(now), expiresAt: endOfEpoch(epoch, parameters()) },
    };
    await reach(epoch, now);
    const holder = memberIn(epoch, phone);
    if (companions.length === 0) return sign({ form: 'holder', ...issued, ...holder });
    const members = [holder, ...companions.map((one) => memberIn(epoch, one))];
    return sign({ form: 'group', ...issued, members });
  };
  return { parameters, prepare: slots.lookAhead, online, bound };
}

/** Of the life of an online pass: so a phone has time for a second try, and not all come at once after an outage. */
const EARLIEST_REFRESH = 0.5;
const LATEST_REFRESH = 0.75;

/** Some number between two, to the tenth, each as likely. */
export function chanceBetween(least: number, most: number): number {
  return Math.round((least + Math.random() * (most - least)) * 10) / 10;
}
