import type { CheckReply } from '../../api/doors/checks.ts';
import type { AdmissionOutcome } from '../../domain/rules/schema.ts';

/** What a door is told, without the time. */
export type Told = Omit<CheckReply, 'asOf'>;

/** The outcomes that no rule package words, because no colour is behind them. */
type WithoutColour = Exclude<CheckReply['outcome'], AdmissionOutcome>;

/** What a door is told where no colour decides. */
export const WITHOUT_COLOUR: Readonly<Record<WithoutColour, Told & { readonly outcome: WithoutColour }>> = {
  expired: {
    outcome: 'expired',
    clause: 'S7',
    reason: { zh: '此码已失效，请重新亮码', en: 'This code is not in force any more: please show it again' },
  },
  unreadable: {
    outcome: 'unreadable',
    clause: 'S7',
    reason: {
      zh: '无法识别，请出示浙江健康码',
      en: 'This is no code that can be read: please show the Zhejiang health code',
    },
  },
  'not-found': {
    outcome: 'not-found',
    clause: 'S10',
    reason: {
      zh: '查无此码，请工作人员核实身份',
      en: 'No code is on file: staff must check the identity',
    },
  },
  unavailable: {
    outcome: 'unavailable',
    clause: 'D2',
    reason: {
      zh: '服务暂不可用，请稍后重试或由工作人员处理',
      en: 'The service cannot answer now: try again in a moment, or let staff decide',
    },
  },
};
