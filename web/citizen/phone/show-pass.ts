import { showing } from '../../../credential/show.ts';
import type { Instant } from '../../../domain/time.ts';
import { signWith } from './phone-keys.ts';
import type { Companion, KeptEpoch, KeptPhone } from './phone-store.ts';

/** What is held up. */
export interface Showing {
  /** What a door reads. */
  readonly text: string;
  /** Whether those who were chosen are in it: their passes may not have come yet. */
  readonly isWhole: boolean;
}

/** The instant of showing is signed again this often within the time that a showing counts. */
const SHOWINGS_A_LIFE = 2.5;
const SHORTEST_MS = 1_000;

/** For how many milliseconds a showing is shown: it is followed by the next one before half of its life is over. */
export function showEveryMs({ showSeconds }: Pick<KeptPhone, 'showSeconds'>): number {
  return Math.max(SHORTEST_MS, (showSeconds * 1_000) / SHOWINGS_A_LIFE);
}

/** Signs that the pass is shown now; undefined when no pass is kept for this instant. */
export async function showNow(phone: KeptPhone, now: Instant): Promise<Showing | undefined> {
  const epoch = epochOf(phone, now);
  const found = epoch && passFor(epoch, companyOf(phone.companions));
  if (!epoch || !found) return undefined;
  const { message, finish } = showing(found.pass, now);
  return { text: finish(await signWith(epoch.key, message)), isWhole: found.isWhole };
}

/** The epoch of an instant, if anything is kept for it. */
export function epochOf({ epochs }: Pick<KeptPhone, 'epochs'>, now: Instant): KeptEpoch | undefined {
  return epochs.find(({ startsAt, endsAt, passes }) => startsAt <= now && now < endsAt && passes.length > 0);
}

/** Until when passes are kept without a gap; undefined when there is none for now. */
export function heldUntil(phone: Pick<KeptPhone, 'epochs'>, now: Instant): Instant | undefined {
  const epoch = epochOf(phone, now);
  return epoch && (heldUntil(phone, epoch.endsAt) ?? epoch.endsAt);
}

/** How the passes of a company are kept apart. */
export function companyOf(companions: readonly Companion[]): string {
  return companions.map(({ personId }) => personId).join(',');
}

function passFor({ passes }: KeptEpoch, company: string) {
  const whole = passes.find((one) => one.company === company);
  const alone = passes.find((one) => one.company === '');
  const found = whole ?? alone;
  return found && { pass: found.pass, isWhole: whole !== undefined };
}
