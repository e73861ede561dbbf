import type { GroundInWords } from '../../../api/codes/my-code.ts';
import type { PrintedAdvisory, PrintedGround } from '../../../domain/codes/print.ts';
import type { Fact, Kind } from '../../../domain/evidence/fact.ts';
import type { RulePackage } from '../../../domain/rules/schema.ts';
import { authorityWords } from './words/authority-words.ts';
import { advisoryWords, groundWords } from './words/ground-words.ts';

/** The kind of a record by its key, as far as the records were opened. */
export type KindOf = (source: string, id: string) => Kind | undefined;

export const KINDS_UNKNOWN: KindOf = () => undefined;

/** The kinds of some records. */
export function kindsOf(facts: readonly (Pick<Fact, 'id' | 'kind'> & { readonly source: string })[]): KindOf {
  const kinds = new Map(facts.map(({ source, id, kind }) => [`${source} ${id}`, kind]));
  return (source, id) => kinds.get(`${source} ${id}`);
}

/** A ground as the person reads it: which authority, and never which record or which other person. */
export function groundInWords(
  rules: RulePackage | undefined,
  { clause, colour, since, until, evidence }: PrintedGround,
  kindOf: KindOf,
): GroundInWords {
  const [source, id] = evidence[0]!;
  return {
    clause,
    // Printed from a colour.
    colour: colour as GroundInWords['colour'],
    words: groundWords(rules, clause, kindOf(source, id)),
    since,
    until,
    authority: { id: source, words: authorityWords(source) },
  };
}

/** An advisory as the person reads it; its colour is the one that it does not give. */
export function advisoryInWords(
  rules: RulePackage | undefined,
  advisory: PrintedAdvisory,
  kindOf: KindOf,
): GroundInWords {
  const colour = rules?.grounds.find(({ clause }) => clause === advisory.clause)?.colour ?? 'yellow';
  const ground = groundInWords(rules, { ...advisory, colour }, kindOf);
  return { ...ground, words: advisoryWords(ground.words) };
}
