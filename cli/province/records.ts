import type { Kind, Source } from '../../domain/evidence/fact.ts';
import type { Calendar, Minute } from './calendar.ts';
import type { Dice } from './random.ts';

/** What a story needs to tell its facts: the dice of its household and how minutes are written. */
export interface Telling {
  readonly dice: Dice;
  readonly calendar: Calendar;
}

/** The kinds of evidence, each with the letter that begins its record ids. */
const LETTERS: Readonly<Record<Kind, string>> = {
  case: 'C',
  contact: 'K',
  overseas: 'E',
  stay: 'S',
  symptom: 'F',
  nat: 'N',
  isolation: 'I',
  designation: 'D',
  identity: 'P',
};

/** A person while their evidence is being told. */
export interface Member {
  /** Their number in the province. */
  readonly number: number;
  /** One or two documents, written out. */
  readonly documents: readonly string[];
  /** Code of the community they live in. */
  readonly home: string;
  /** When their home was first seen. */
  readonly homeSince: Minute;
  /** The lines so far. */
  lines: string;
  told: number;
}

/** A record that stands, so that a later version can correct or retract it. */
export interface Told {
  readonly id: string;
  readonly source: Source;
  readonly kind: Kind;
  readonly version: number;
}

/** States a fact: appends the record, now and then delivers it twice, and returns its key. `data` is the inside of a JSON object. */
export function tell(
  { dice, calendar }: Telling,
  member: Member,
  source: Source,
  kind: Kind,
  data: string,
  recordedAt: Minute,
): Told {
  const told: Told = { id: nextId(member, kind), source, kind, version: 1 };
  const late = dice.chance(LATE) ? dice.between(2, 9) * 1_440 : 0;
  append(member, told, calendar.print(recordedAt + late), data);
  if (dice.chance(REDELIVERED)) append(member, told, calendar.print(recordedAt + late + 90), data);
  return told;
}

/** Corrects a record: the same key with a later version. */
export function correct(
  { calendar }: Telling,
  member: Member,
  told: Told,
  data: string,
  recordedAt: Minute,
): Told {
  const later = { ...told, version: told.version + 1 };
  append(member, later, calendar.print(recordedAt), data);
  return later;
}

/** Retracts a record: it never was. */
export function retract({ calendar }: Telling, member: Member, told: Told, recordedAt: Minute): void {
  const { source, id, kind, version } = told;
  const time = calendar.print(recordedAt);
  member.lines += `{"source":"${source}","id":"${id}","version":${version + 1},"recordedAt":"${time}","retracted":true,"person":{"document":${paper(member, source)}},"kind":"${kind}"}\n`;
}

/** In ten thousand: facts that reach the system days late, and deliveries that come twice. */
const LATE = 150;
const REDELIVERED = 60;

function append(member: Member, { source, id, kind, version }: Told, time: string, data: string): void {
  member.lines += `{"source":"${source}","id":"${id}","version":${version},"recordedAt":"${time}","person":{"document":${paper(member, source)}},"kind":"${kind}","data":{${data}}}\n`;
}

function nextId(member: Member, kind: Kind): string {
  return `${LETTERS[kind]}-${member.number.toString(36)}-${member.told++}`;
}

/** Of two documents the first is the one they travel with: those at the border and at the wards see it, the others the second. */
function paper({ documents }: Member, source: Source): string {
  const travelling = source === 'border' || source === 'customs' || source === 'isolation-site';
  return travelling || documents.length === 1 ? documents[0]! : documents[1]!;
}
