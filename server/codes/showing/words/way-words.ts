import type { Need } from '../../../../domain/codes/suppose.ts';
import type { BilingualText } from '../../../../domain/rules/schema.ts';

const NEED_WORDS: Readonly<Record<Need, BilingualText>> = {
  time: { zh: '到期后自动转为绿码，无需办理', en: 'it turns green by itself, with nothing to do' },
  'negative-test': { zh: '核酸检测结果为阴性', en: 'a nucleic-acid test is negative' },
  'second-negative-test': {
    zh: '按规定间隔再次核酸检测，结果仍为阴性',
    en: 'another one, taken as long after as the rules want, is negative too',
  },
  'fever-gone': { zh: '发热症状消除', en: 'the fever has gone' },
  'stay-ended': {
    zh: '离开该地区，或该地区移出名单',
    en: 'you have left the area, or it is taken off the list',
  },
  'order-ended': { zh: '隔离或医学观察按规定解除', en: 'the isolation or observation is ended by decision' },
  'case-closed': { zh: '治愈出院，或排除诊断', en: 'the case is closed' },
  decision: { zh: '作出决定的部门解除管理', en: 'the authority that decided ends its decision' },
};

/** What has to come, in one sentence; and that time does the rest, where it does. */
export function wayWords(needs: readonly Need[], isAtOnce: boolean): BilingualText {
  const zh = needs.map((need) => NEED_WORDS[need].zh).join('，并且');
  const en = needs.map((need) => NEED_WORDS[need].en).join(', and ');
  const isTime = needs[0] === 'time';
  return {
    zh: isTime ? zh : `${zh}，${isAtOnce ? '即转为绿码' : '到期后转为绿码'}`,
    en: capital(isTime ? en : `when ${en}, the code turns green ${isAtOnce ? 'at once' : 'at that time'}`),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
