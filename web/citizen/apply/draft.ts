import type { Application, changeContact, Declaration } from '../../../api/applications/applications.ts';
import type { Part } from '../../../api/route.ts';
import { type DocumentType, readDocument } from '../../../domain/people/document.ts';
import type { Words } from '../../words/words.ts';

/** A stay as somebody is filling it in. */
export interface StayDraft {
  readonly region: string;
  readonly place: string;
  readonly name: string;
  /** Dates, `YYYY-MM-DD`; empty before they are given. */
  readonly from: string;
  readonly to: string;
}

/** A declaration as somebody is filling it in. */
export interface DeclarationDraft {
  readonly fever: boolean | undefined;
  readonly feverSince: string;
  readonly contact: boolean | undefined;
  readonly overseas: boolean | undefined;
  readonly travelled: boolean | undefined;
  readonly stays: readonly StayDraft[];
}

/** How somebody is reached, as they are filling it in. */
export interface ContactDraft {
  readonly phone: string;
  readonly city: string;
  readonly region: string;
  readonly address: string;
}

/** An application as somebody is filling it in. It is kept nowhere but here. */
export interface Draft extends DeclarationDraft, ContactDraft {
  readonly isVerified: boolean;
  /** Whether somebody who is verified types another document of theirs. */
  readonly hasFurther: boolean;
  readonly type: DocumentType | '';
  readonly number: string;
  readonly issuer: string;
  readonly name: string;
  readonly isVisitor: boolean;
  readonly until: string;
  readonly isTruthful: boolean;
}

/** What is wrong with each field, in words. */
export type Faults = Readonly<Partial<Record<string, string>>>;

/** An answer to nothing. */
export const emptyDeclaration: DeclarationDraft = {
  fever: undefined,
  feverSince: '',
  contact: undefined,
  overseas: undefined,
  travelled: undefined,
  stays: [],
};

/** A contact with nothing in it. */
export const emptyContact: ContactDraft = { phone: '', city: '', region: '', address: '' };

/** An application with nothing in it. */
export function emptyDraft(isVerified: boolean): Draft {
  const who = { isVerified, hasFurther: false, type: '' as const, number: '', issuer: '', name: '' };
  return { ...who, ...emptyContact, ...emptyDeclaration, isVisitor: false, until: '', isTruthful: false };
}

/** The parts of an application, in the order in which they are filled in. */
export const STEPS = ['who', 'reach', 'declaration', 'commit'] as const;
export type Step = (typeof STEPS)[number];

/** What is wrong with a part of an application; `today` is a date. */
export function faultsOf(step: Step, draft: Draft, words: Words, today: string): Faults {
  switch (step) {
    case 'who':
      return faultsOfWho(draft, words);
    case 'reach':
      return { ...faultsOfContact(draft, words), ...faultsOfVisit(draft, words, today) };
    case 'declaration':
      return faultsOfDeclaration(draft, words, today);
    case 'commit':
      return draft.isTruthful ? {} : { isTruthful: words.commitmentMissing };
  }
}

function faultsOfWho(draft: Draft, words: Words): Faults {
  const { isVerified, hasFurther, type, issuer, name } = draft;
  if (isVerified && !hasFurther) return {};
  const faults: { field: string; message: string }[] = [];
  readDocument(documentOf(draft), 'document', faults);
  const isWrong = (field: string) => faults.some((fault) => fault.field === `document.${field}`);
  return {
    ...(type === '' && { type: words.required }),
    ...(!draft.number.trim()
      ? { number: words.required }
      : isWrong('number') && { number: words.documentWrong }),
    ...(type === 'passport' && isWrong('issuer') && { issuer: issuer ? words.issuerWrong : words.required }),
    ...(!isVerified && faultOfText('name', name, 100, words)),
  };
}

/** What is wrong with how somebody is reached. */
export function faultsOfContact({ phone, city, region, address }: ContactDraft, words: Words): Faults {
  return {
    ...(!/^\+?[0-9]{5,20}$/.test(plainPhone(phone)) && {
      phone: phone.trim() ? words.phoneWrong : words.required,
    }),
    ...(!city && { city: words.required }),
    ...(city && !region && { region: words.required }),
    ...faultOfText('address', address, 200, words),
  };
}

function faultsOfVisit({ isVisitor, until }: Draft, words: Words, today: string): Faults {
  return isVisitor && !(until >= today) ? { until: words.required } : {};
}

/** What is wrong with a declaration. */
export function faultsOfDeclaration(draft: DeclarationDraft, words: Words, today: string): Faults {
  const { fever, feverSince, contact, overseas, travelled, stays } = draft;
  return {
    ...(fever === undefined && { fever: words.answer }),
    ...(fever && feverSince > today && { feverSince: words.dayWrong }),
    ...(contact === undefined && { contact: words.answer }),
    ...(overseas === undefined && { overseas: words.answer }),
    ...(travelled === undefined && { travelled: words.answer }),
    ...(travelled && stays.length === 0 && { stays: words.stayMissing }),
    ...Object.assign(
      {},
      ...(travelled ? stays : []).map((stay, index) => faultOfStay(stay, index, words, today)),
    ),
  };
}

function faultOfStay({ from, to }: StayDraft, index: number, words: Words, today: string): Faults {
  if (!from) return { [`from${index}`]: words.required };
  if (from > today) return { [`from${index}`]: words.dayWrong };
  if (!to) return { [`to${index}`]: words.required };
  if (to < from) return { [`to${index}`]: words.stayWrong };
  return to > today ? { [`to${index}`]: words.dayWrong } : {};
}

function faultOfText(field: string, text: string, longest: number, words: Words): Faults {
  if (!text.trim()) return { [field]: words.required };
  return text.trim().length > longest ? { [field]: words.tooLong } : {};
}

/** The application that a draft without faults makes; `now` is an instant in +08:00. */
export function applicationOf(draft: Draft, now: string): Application {
  const { isVerified, hasFurther, name, isVisitor, until } = draft;
  return {
    ...((!isVerified || hasFurther) && { document: documentOf(draft) }),
    ...(!isVerified && { name: name.trim() }),
    ...contactOf(draft),
    ...(isVisitor && { until }),
    declaration: declarationOf(draft, now),
  };
}

/** The contact that a draft without faults makes. */
export function contactOf({ phone, region, address }: ContactDraft): Part<typeof changeContact, 'body'> {
  return { phone: plainPhone(phone), region, address: address.trim() };
}

/** The declaration that a draft without faults makes; `now` is an instant in +08:00. */
export function declarationOf(draft: DeclarationDraft, now: string): Declaration {
  const { fever, feverSince, contact, overseas, travelled, stays } = draft;
  return {
    fever: fever === true,
    ...(fever && feverSince && { feverSince: startOf(feverSince) }),
    stays: travelled ? stays.map((stay) => stayOf(stay, now)) : [],
    contact: contact === true,
    overseas: overseas === true,
    truthful: true,
  };
}

/** A stay that ended today ended by now at the latest: nobody can state what is to come. */
function stayOf({ region, place, from, to }: StayDraft, now: string): Declaration['stays'][number] {
  const end = to === now.slice(0, 10) ? now : `${to}T23:59:59+08:00`;
  return { region, ...(place && { place }), from: startOf(from), to: end };
}

function documentOf({ type, number, issuer }: Draft): NonNullable<Application['document']> {
  const plain = number.replace(/\s/g, '').toUpperCase();
  const state = issuer.trim().toUpperCase();
  // Without a type there is a fault, and nothing is sent.
  return {
    type: type as DocumentType,
    number: plain,
    ...(type === 'passport' && state && { issuer: state }),
  };
}

function startOf(date: string): string {
  return `${date}T00:00:00+08:00`;
}

function plainPhone(text: string): string {
  return text.replace(/[\s()-]/g, '');
}
