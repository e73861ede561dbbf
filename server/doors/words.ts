import type { CheckReply } from '../../api/doors/checks.ts';
import { type Refusal, type RefusalReason, refusalWords } from '../../credential/refusals.ts';

/** What a door is told, without the time. */
export type Told = Omit<CheckReply, 'asOf'>;

/** The outcomes that no rule package words, because no colour is behind them, with their clauses. */
const CLAUSES = { expired: 'S7', unreadable: 'S7', 'not-found': 'S10', unavailable: 'D2' } as const;
type WithoutColour = keyof typeof CLAUSES;

/** What a door is told where no colour decides, and no text was refused. */
export const WITHOUT_COLOUR = {
  'not-found': {
    outcome: 'not-found',
    clause: CLAUSES['not-found'],
    reason: {
      zh: '查无此码，请工作人员核实身份',
      en: 'No code is on file: staff must check the identity',
    },
  },
  unavailable: {
    outcome: 'unavailable',
    clause: CLAUSES.unavailable,
    reason: {
      zh: '服务暂不可用，请稍后重试或由工作人员处理',
      en: 'The service cannot answer now: try again in a moment, or let staff decide',
    },
  },
} as const satisfies Partial<Record<WithoutColour, Told>>;

/** What a door is told of a text that is refused, in the words that a gate has for it. */
export function refusalAtDoor(refusal: Refusal): Told {
  const outcome = OUTCOMES[refusal.reason];
  return { outcome, clause: CLAUSES[outcome], reason: refusalWords(refusal) };
}

/** `expired`: to show the code again helps. `not-found`: it does not, and staff have to see who this is. */
const OUTCOMES: Readonly<Record<RefusalReason, WithoutColour>> = {
  unreadable: 'unreadable',
  'not-canonical': 'unreadable',
  'unknown-key': 'unreadable',
  'other-province': 'unreadable',
  'wrong-use': 'unreadable',
  'wrong-suite': 'unreadable',
  'bad-signature': 'unreadable',
  'key-not-yet': 'unreadable',
  'not-shown': 'unreadable',
  'key-expired': 'expired',
  'key-revoked': 'expired',
  expired: 'expired',
  'not-yet': 'expired',
  'shown-too-long-ago': 'expired',
  'phone-clock': 'expired',
  'wrong-epoch': 'expired',
  'keys-old': 'unavailable',
  'no-status': 'unavailable',
  'status-old': 'unavailable',
  'not-in-force': 'not-found',
};
