/** In Chinese and English, side by side. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/**
 * Why a text is refused, and what a gate says. None is a colour, and none blames anybody: whoever stands there may have
 * done nothing but open an old page.
 */
export const REFUSALS = {
  unreadable: { zh: '无法识别', en: 'This is no code that can be read' },
  'not-canonical': { zh: '编码不规范，无法识别', en: 'Not written in the one way that counts' },
  'unknown-key': { zh: '签发者不在本省密钥名单上', en: 'Signed with a key that is not on the list' },
  'other-province': { zh: '这是外省签发的码', en: 'Issued by another province' },
  'wrong-use': { zh: '该密钥不用于签发健康码', en: 'Signed with a key that is not for codes' },
  'key-expired': { zh: '签发密钥已过期，请刷新', en: 'The key of the issuer has expired; please refresh' },
  'key-not-yet': { zh: '签发密钥尚未启用', en: 'The key of the issuer is not in use yet' },
  'key-revoked': { zh: '签发密钥已作废，请刷新', en: 'The key of the issuer was revoked; please refresh' },
  'keys-old': { zh: '本机的密钥名单已过期', en: 'The list of keys here has expired' },
  'wrong-suite': { zh: '签名算法与密钥不符', en: 'Signed in a way that is not that of the key' },
  'bad-signature': { zh: '签名不成立', en: 'The signature does not hold' },
  expired: { zh: '已过期，请刷新', en: 'No longer in force; please refresh' },
  'not-yet': { zh: '尚未生效', en: 'Not in force yet' },
  'not-shown': { zh: '未经手机当场出示', en: 'Not shown by the phone that it is bound to' },
  'shown-too-long-ago': {
    zh: '画面已过时，请重新亮码',
    en: 'This picture is old; please show the code again',
  },
  'phone-clock': {
    zh: '画面已过时，或手机时间不准',
    en: 'The picture is old, or the clock of the phone is wrong',
  },
  'no-status': { zh: '缺少该时段的状态名单', en: 'The list for this period is missing here' },
  'status-old': { zh: '状态名单过旧', en: 'The list here is too old' },
  'not-in-force': { zh: '该码已停用或暂无结论', en: 'No longer in use, or without a conclusion' },
  'wrong-epoch': { zh: '时段不符，请刷新', en: 'For another period; please refresh' },
} as const satisfies Readonly<Record<string, Words>>;

export type RefusalReason = keyof typeof REFUSALS;

/** A text that nothing follows from. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** Of `phone-clock`: by how much the time of showing is ahead of that of the reader; negative when it is behind. */
  readonly offsetSeconds?: number;
}

export function refused(reason: RefusalReason, offsetSeconds?: number): Refusal {
  return { kind: 'refused', reason, ...(offsetSeconds !== undefined && { offsetSeconds }) };
}

/** What a gate says; of a clock by how much. */
export function refusalWords({ reason, offsetSeconds }: Refusal): Words {
  if (reason !== 'phone-clock' || offsetSeconds === undefined) return REFUSALS[reason];
  const clock = clockWords(offsetSeconds);
  if (offsetSeconds > 0) return clock;
  const { zh, en } = durationWords(-offsetSeconds);
  return { zh: `这是${zh}前的画面，或${clock.zh}`, en: `The picture is ${en} old. Or: ${clock.en}` };
}

/** By how much the clock of a phone is ahead; behind, when that is negative. */
export function clockWords(aheadSeconds: number): Words {
  const { zh, en } = durationWords(Math.abs(aheadSeconds));
  if (aheadSeconds < 0) return { zh: `手机时间慢了${zh}`, en: `The clock of the phone is ${en} behind` };
  return { zh: `手机时间快了${zh}`, en: `The clock of the phone is ${en} ahead` };
}

/** Seconds up to two minutes, then minutes, then hours and days. */
export function durationWords(seconds: number): Words {
  if (seconds < 120) return counted(seconds, '秒', 'second');
  if (seconds < 7_200) return counted(seconds / 60, '分钟', 'minute');
  return seconds < 172_800
    ? counted(seconds / 3_600, '小时', 'hour')
    : counted(seconds / 86_400, '天', 'day');
}

function counted(number: number, zh: string, en: string): Words {
  const count = Math.round(number);
  return { zh: `${count}${zh}`, en: `${count} ${en}${count === 1 ? '' : 's'}` };
}
