import { venueCategories } from '../../domain/measures/admit.ts';
import { isRegionCode } from '../../domain/places/region.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import type { Venue } from './device.ts';
import { addVenueRow } from './store.ts';

const VENUE_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;

/**
 * Registers a venue, for good: one that becomes something else is another venue.
 *
 * @throws {Problem} `invalid` when the venue makes no sense under the rules, `conflict` when its id is taken
 */
export async function addVenue(
  db: Db,
  rules: RulePackage,
  venue: Venue,
  now: Instant,
  recordedBy: string,
): Promise<void> {
  const fault = faultOf(rules, venue);
  if (fault) throw new Problem('invalid', fault);
  if (!(await addVenueRow(db, venue, now, recordedBy)))
    throw new Problem('conflict', 'There is a venue with this id.');
}

function faultOf(rules: RulePackage, { venueId, name, category, region }: Venue): string | undefined {
  if (!VENUE_ID.test(venueId)) return 'The id of a venue must be 2 to 63 small letters, digits and dashes.';
  if (name === '') return 'The name is empty.';
  const categories = venueCategories(rules);
  if (!categories.includes(category)) return `The category must be one of ${categories.join(', ')}.`;
  return isRegionCode(region) ? undefined : 'The region must be a code of 6, 9 or 12 digits.';
}
