import type { Source } from '../../../../domain/evidence/fact.ts';
import type { BilingualText } from '../../../../domain/rules/schema.ts';

/** The authorities that state evidence, as people know them (docs/glossary.md, sources). */
const AUTHORITY_WORDS: Readonly<Record<Source, BilingualText>> = {
  health: { zh: '卫生健康部门', en: 'Health authority' },
  'public-security': { zh: '公安机关', en: 'Public security' },
  telecom: { zh: '通信管理部门', en: 'Telecommunications authority' },
  customs: { zh: '海关', en: 'Customs' },
  border: { zh: '边检机关', en: 'Border inspection' },
  transport: { zh: '交通运输部门', en: 'Transport authority' },
  aviation: { zh: '民航', en: 'Aviation' },
  railway: { zh: '铁路', en: 'Railway' },
  laboratory: { zh: '检测机构', en: 'Laboratory' },
  'isolation-site': { zh: '集中隔离点', en: 'Isolation site' },
  community: { zh: '社区', en: 'Community' },
  'national-platform': { zh: '全国一体化政务服务平台', en: 'National government-service platform' },
  'verified-report': { zh: '经核验的检测报告', en: 'Verified test report' },
  'province-office': { zh: '省领导小组办公室', en: 'Office of the provincial leading group' },
  self: { zh: '本人申报', en: 'Your own statement' },
};

/** Who states what a ground rests on, in words; never about whom else. */
export function authorityWords(source: string): BilingualText {
  return isSource(source) ? AUTHORITY_WORDS[source] : { zh: '有关部门', en: 'An authority' };
}

function isSource(source: string): source is Source {
  return Object.hasOwn(AUTHORITY_WORDS, source);
}
