import { randomUUID } from 'node:crypto';
import type { Document } from '../domain/people/document.ts';
import { applyingAt } from '../server/applications/applying.ts';
import { registerUndocumented } from '../server/applications/counter/register-undocumented.ts';
import { askForWard } from '../server/applications/holdings/wards.ts';
import type { PeopleService, SignedIn } from './people-service.ts';

/** Registers a child for whom somebody answers, as a counter does. */
export async function withWard(
  { installation, now }: PeopleService,
  guardian: SignedIn,
): Promise<{ readonly personId: string; readonly document: Document }> {
  const applying = applyingAt(installation, now);
  const { reference } = await askForWard(applying, guardian.session);
  const clerk = { accountId: randomUUID(), authority: 'A counter', territory: '3301' };
  const child = { reference, name: '小明', bornOn: '2018-06-01', shown: '出生医学证明' };
  const document = await registerUndocumented(applying, clerk, child);
  const { wards } = (await (await guardian.get('/me/wards')).json()) as { wards: { personId: string }[] };
  return { personId: wards.at(-1)!.personId, document };
}
