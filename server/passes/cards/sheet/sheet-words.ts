/** What stands on a sheet, in both languages (S10). */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export const SHEET_WORDS = {
  title: { zh: '浙江健康码', en: 'Zhejiang Health Code' },
  paper: { zh: '纸质码', en: 'on paper' },
  name: { zh: '姓名', en: 'Name' },
  born: { zh: '出生年份', en: 'Year of birth' },
  until: { zh: '有效期至', en: 'Valid until' },
  phone: { zh: '咨询电话', en: 'Questions' },
  together: { zh: '请与本人身份证件一起出示', en: 'Show it together with your identity document' },
} as const satisfies Readonly<Record<string, Bilingual>>;

/** The line of the government for all questions (S12). */
export const PHONE = '12345';

/** How it is used, step by step. */
export const SHEET_STEPS: readonly Bilingual[] = [
  {
    zh: '沿虚线剪下。两张内容相同：一张随身带，一张留在家里。',
    en: 'Cut along the dashed lines. Both are the same: carry one, and keep the other at home.',
  },
  {
    zh: '进门时出示此码和身份证件，由工作人员核对。请戴好口罩。',
    en: 'At a door, show it and your identity document; staff compare them. Wear a mask.',
  },
  {
    zh: '纸上没有颜色。颜色会变，门口扫码时才查询当时的状态。',
    en: 'There is no colour on it: it may change, and a door asks the lists at that moment.',
  },
  {
    zh: '遗失请到服务窗口或在网上作废。换领新码后，旧码随即失效。',
    en: 'If it is lost, cancel it at a counter or online. Once a new one is issued, this one ends.',
  },
  {
    zh: '到期后，请重新打印，或带身份证件到服务窗口换领。',
    en: 'When it has expired, print a new one, or bring your identity document to a counter.',
  },
];
