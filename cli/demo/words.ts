import type { MeasureForm } from '../../domain/codes/assessment.ts';
import type { Colour } from '../../domain/colour.ts';
import type { Classification, ContactLevel, Source, TestResult } from '../../domain/evidence/fact.ts';
import type { DocumentType } from '../../domain/people/document.ts';
import type { BilingualText } from '../../domain/rules/schema.ts';

/** The words of the demo's summary, in both languages. */
function both(zh: string, en: string): BilingualText {
  return { zh, en };
}

export const COLOUR_WORDS: Readonly<Record<Colour, BilingualText>> = {
  red: both('红码', 'red'),
  yellow: both('黄码', 'yellow'),
  green: both('绿码', 'green'),
};

export const CITY_WORDS: Readonly<Record<string, BilingualText>> = {
  '3301': both('杭州', 'Hangzhou'),
  '3302': both('宁波', 'Ningbo'),
  '3303': both('温州', 'Wenzhou'),
  '3304': both('嘉兴', 'Jiaxing'),
  '3305': both('湖州', 'Huzhou'),
  '3306': both('绍兴', 'Shaoxing'),
  '3307': both('金华', 'Jinhua'),
  '3308': both('衢州', 'Quzhou'),
  '3309': both('舟山', 'Zhoushan'),
  '3310': both('台州', 'Taizhou'),
  '3311': both('丽水', 'Lishui'),
};
export const ELSEWHERE = both('省外', 'elsewhere');

export const DOCUMENT_WORDS: Readonly<Record<DocumentType, BilingualText>> = {
  'resident-id': both('居民身份证', 'resident ID'),
  'residence-permit-hmt': both('港澳台居民居住证', 'residence permit (HK, MO, TW)'),
  'hm-permit': both('港澳居民来往内地通行证', 'travel permit (HK, MO)'),
  'tw-permit': both('台湾居民来往大陆通行证', 'travel permit (TW)'),
  passport: both('护照', 'passport'),
  'foreign-permanent-resident': both('外国人永久居留身份证', 'permanent resident card'),
  'provincial-registration': both('浙江省登记号', 'provincial registration'),
};

export const MEASURE_WORDS: Readonly<Record<MeasureForm, BilingualText>> = {
  hospital: both('定点医院', 'designated hospital'),
  central: both('集中隔离', 'central isolation'),
  home: both('居家医学观察', 'home observation'),
  'point-to-point': both('点对点转运', 'point-to-point transport'),
};

export const CLASSIFICATION_WORDS: Readonly<Record<Classification, BilingualText>> = {
  confirmed: both('确诊', 'confirmed'),
  suspected: both('疑似', 'suspected'),
  asymptomatic: both('无症状感染', 'asymptomatic'),
};

export const CONTACT_WORDS: Readonly<Record<ContactLevel, BilingualText>> = {
  close: both('密切接触', 'close contact'),
  secondary: both('次密切接触', 'secondary contact'),
  general: both('一般接触', 'general contact'),
};

export const RESULT_WORDS: Readonly<Record<TestResult, BilingualText>> = {
  negative: both('阴性', 'negative'),
  positive: both('阳性', 'positive'),
  inconclusive: both('结果待定', 'inconclusive'),
};

export const SOURCE_WORDS: Readonly<Record<Source, BilingualText>> = {
  health: both('卫生健康', 'health'),
  'public-security': both('公安', 'public security'),
  telecom: both('通信管理', 'telecom'),
  customs: both('海关', 'customs'),
  border: both('边检', 'border'),
  transport: both('交通运输', 'transport'),
  aviation: both('民航', 'aviation'),
  railway: both('铁路', 'railway'),
  laboratory: both('检测机构', 'laboratory'),
  'isolation-site': both('隔离点', 'isolation site'),
  community: both('社区', 'community'),
  'national-platform': both('国家平台', 'national platform'),
  'verified-report': both('核验报告', 'verified report'),
  'province-office': both('省领导小组办公室', 'provincial office'),
  self: both('本人申报', 'self-declared'),
};

/** Patterns of whole phrases; `{…}` is filled in. */
export const PHRASES = {
  title: both('浙江健康码 · 虚拟省', 'Zhejiang Health Code · a made-up province'),
  asOf: both('截至 {at}，规则 {rules}', 'as of {at}, rules {rules}'),
  people: both('{people} 人', '{people} people'),
  byColour: both('颜色', 'Colour'),
  byClause: both('赋码依据（人数）', 'Grounds (people)'),
  byCity: both('城市', 'City'),
  advised: both('提示核实行程（不赋码）', 'asked where they were (no colour)'),
  three: both('三个人', 'Three people'),
  lasts: both('{since} 起，至 {until}', 'from {since} to {until}'),
  lastsOn: both('{since} 起，有新证据为止', 'from {since}, until new evidence'),
  ordered: both('措施 {clause}：{form}', 'measure {clause}: {form}'),
  advisory: both(
    '提示 {clause}：可能到过该地区，请说明行程',
    'advice {clause}: perhaps in that area; please say where you were',
  ),
  noGround: both('没有赋码依据', 'no ground for another colour'),
  turns: both('{at} 自动转为{colour}', 'turns {colour} by itself at {at}'),
  stays: both('没有新证据则不变', 'stays so unless new evidence arrives'),
  case: both('病例（{what}），{from}', 'case ({what}), {from}'),
  contact: both('{what}，末次暴露 {from}', '{what}, last exposure {from}'),
  overseas: both('自 {what} 入境，{from}', 'entered from {what}, {from}'),
  stay: both('到过{what}，{from}', 'was in {what}, {from}'),
  symptom: both('发热，{from}', 'fever, {from}'),
  nat: both('核酸{what}，采样 {from}', 'nucleic-acid test {what}, sampled {from}'),
  isolation: both('{what}，{from}', '{what}, {from}'),
  designation: both('专项认定：{what}，{from}', 'designation: {what}, {from}'),
  identity: both('同一人的另一证件', 'another document of the same person'),
} as const;

/** Fills a phrase in, in both languages. */
export function fill(
  phrase: BilingualText,
  holes: Readonly<Record<string, string | BilingualText>>,
): BilingualText {
  const into = (text: string, language: 'zh' | 'en') =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = holes[name] ?? '';
      return typeof value === 'string' ? value : value[language];
    });
  return { zh: into(phrase.zh, 'zh'), en: into(phrase.en, 'en') };
}
