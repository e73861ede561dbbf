import type { Colour } from '../colour.ts';
import type { AdmissionOutcome, BilingualText, Decision, RulePackage } from '../rules/schema.ts';

/** Someone at a door: the colour found, if any, and what is seen of the person. */
export interface Visitor {
  /** `none`: no code on file. */
  readonly colour: Colour | 'none';
  readonly masked: boolean;
  readonly identityVerified: boolean;
  /** How the code is held. Paper, and no code at all, ask for an identity check (S10). */
  readonly holder: 'phone' | 'paper' | 'none';
}

/** What a door does, the clause behind it, and the reason in words. */
export interface Admission {
  readonly outcome: AdmissionOutcome;
  readonly clause: string;
  readonly reason: BilingualText;
}

/**
 * Decides whether a visitor may enter a venue of a category (M8, M9, M12, S10). An unknown category
 * is undefined: an error, never taken for "other".
 */
export function admit(rules: RulePackage, visitor: Visitor, venue: string): Admission | undefined {
  const { admission } = rules;
  const group = admission.groups.find(({ venues }) => Object.hasOwn(venues, venue));
  if (!group) return undefined;
  const unidentified = visitor.holder !== 'phone' && !visitor.identityVerified;
  const decision: Decision = unidentified ? admission.unidentified : group[visitor.colour];
  const { outcome, clause, reason } = decision;
  return {
    outcome: outcome === 'allow-if-masked' && visitor.masked ? 'allow' : outcome,
    clause,
    reason: admission.reasons[reason]!,
  };
}

/** The venue categories that a rule package knows. */
export function venueCategories(rules: RulePackage): string[] {
  return rules.admission.groups.flatMap(({ venues }) => Object.keys(venues));
}
