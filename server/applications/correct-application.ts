import type { Declaration } from '../../api/applications/applications.ts';
import type { Instant } from '../../domain/time.ts';
import { personOfAccount } from '../accounts/store.ts';
import { Problem } from '../platform/http/problem.ts';
import { type Applicant, lockApplication } from './apply-for-code.ts';
import type { Applying } from './applying.ts';
import { mustBeFresh } from './applying.ts';
import type { Content } from './content.ts';
import { stateAbout } from './grant-code.ts';
import { applicationOf, isLive, type ShownApplication } from './read-application.ts';
import { checkRegion, readDeclaration } from './read-declaration.ts';
import { writeApplication } from './write-application.ts';

/**
 * Replaces what somebody states about themselves.
 *
 * @throws {Problem} `invalid`; `conflict` without an application
 */
export async function declare(
  applying: Applying,
  applicant: Applicant,
  declaration: Declaration,
): Promise<ShownApplication> {
  const now = applying.clock();
  readDeclaration(declaration, '', now);
  return correct(applying, applicant, { declaration, declaredAt: now }, now);
}

/**
 * Replaces how somebody is reached.
 *
 * @throws {Problem} `unauthenticated` without a fresh sign-in; `invalid`; `conflict` without an application
 */
export async function changeContact(
  applying: Applying,
  applicant: Applicant,
  contact: Pick<Content, 'phone' | 'region' | 'address'>,
): Promise<ShownApplication> {
  const now = applying.clock();
  mustBeFresh(applicant.signedInAt, now);
  checkRegion(contact.region, '/region');
  return correct(applying, applicant, contact, now);
}

async function correct(
  applying: Applying,
  { accountId }: Applicant,
  change: Partial<Content>,
  now: Instant,
): Promise<ShownApplication> {
  const { database, keys, onAccepted } = applying;
  const shown = await database.transaction(async (db) => {
    const before = await lockApplication(db, applying, accountId, now);
    if (!isLive(before) || !before.opened) throw new Problem('conflict', 'There is no application.');
    const content = { ...before.opened.content, ...change };
    const at = await writeApplication(db, keys, accountId, before, content, before.endsAt, now);
    if (before.status === 'active' && change.declaration) {
      const personId = await personOfAccount(db, accountId);
      await stateAbout(db, applying, at, personId!, content, now);
    }
    return applicationOf(db, keys, accountId, now);
  });
  onAccepted();
  return shown;
}
