import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import type { Colour } from '../../../domain/colour.ts';
import { admit } from '../../../domain/measures/admit.ts';
import type { RulePackage } from '../../../domain/rules/schema.ts';

/** What a door of each kind does for somebody who shows a code of a colour on a phone, without a mask on (M8, M9, M12). */
export function placesFor(rules: RulePackage, colour: Colour): MyCodeReply['places'] {
  return rules.admission.groups.flatMap(({ venues }) =>
    Object.entries(venues).flatMap(([venue, words]) => {
      const visitor = { colour, masked: false, identityVerified: false, holder: 'phone' } as const;
      const admission = admit(rules, visitor, venue);
      return admission ? [{ venue, words, outcome: admission.outcome }] : [];
    }),
  );
}
