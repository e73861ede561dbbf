import type { Form, OnlinePass, Pass } from '../credential/pass.ts';
import { endOfEpoch, epochAt } from '../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { DAY_MS, type Instant, parseInstant } from '../domain/time.ts';

/** The instant of the passes below; inside an epoch. */
export const PASS_AT: Instant = parseInstant('2021-03-01T10:00:00+08:00');
const epoch = epochAt(PASS_AT, USUAL_PARAMETERS);
const untilEpochEnds = { issuedAt: PASS_AT, expiresAt: endOfEpoch(epoch, USUAL_PARAMETERS) };

/** One pass of each form, with the numbers of a whole province, bound to `holderKey`. */
export function onePassEach(holderKey: Uint8Array): { readonly [F in Form]: Extract<Pass, { form: F }> } {
  const member = { index: 65_012_345, hint: 0xabc };
  const rules = 12;
  const online = { issuedAt: PASS_AT, expiresAt: PASS_AT + 60_000 };
  const paper = { issuedAt: PASS_AT, expiresAt: PASS_AT + 30 * DAY_MS };
  const members = [member, { index: 7, hint: 0 }, { index: 64_000_000, hint: 0xfff }];
  return {
    online: { form: 'online', ...online, epoch, ...member, rules, colour: 'green' },
    holder: { form: 'holder', ...untilEpochEnds, epoch, ...member, rules, holderKey },
    group: { form: 'group', ...untilEpochEnds, epoch, members, rules, holderKey },
    paper: { form: 'paper', ...paper, ...member, index: 900_123, rules, name: '张*三', birthYear: 1948 },
  };
}

/** An online pass that is issued at an instant. */
export function onlinePassAt(now: Instant, changes: Partial<OnlinePass> = {}): OnlinePass {
  const issuedAt = Math.floor(now / 1_000) * 1_000;
  const span = { issuedAt, expiresAt: issuedAt + 60_000, epoch: epochAt(now, USUAL_PARAMETERS) };
  return { form: 'online', ...span, index: 7, hint: 9, rules: 1, colour: 'green', ...changes };
}
