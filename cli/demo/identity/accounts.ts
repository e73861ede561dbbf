import type { Role } from '../../../api/accounts/roles.ts';
import type { Document } from '../../../domain/people/document.ts';
import type { BilingualText } from '../../../domain/rules/schema.ts';

/** Somebody who can sign in with the provider for trying out; `id` is their subject. */
export interface DemoAccount {
  readonly id: string;
  readonly kind: 'citizen' | 'staff';
  readonly name: BilingualText;
  /** What they are good for. */
  readonly about: BilingualText;
  /** What the provider says of them, besides the subject. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The trust framework under which the documents of demo people are verified. */
export const DEMO_FRAMEWORK = 'healthcode-demo';

const STAFF_ABOUT: Readonly<Record<Role, BilingualText>> = {
  verifier: both('在门口查验健康码', 'checks codes at a door'),
  counter: both('在柜台查看证件后确认', 'confirms documents at a counter'),
};

/**
 * Everybody who can sign in at the demo. The people are made up; their numbers lie in codes that were never assigned.
 * Those of the made-up province have a colour already, the others are new.
 */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  citizen('chen-yi', both('陈一', 'CHEN Yi'), both('已在本省，绿码', 'in the province, green'), {
    type: 'resident-id',
    number: '339927199401094250',
  }),
  citizen('lin-fang', both('林方', 'LIN Fang'), both('到过中风险地区，黄码', 'was in a risk area, yellow'), {
    type: 'resident-id',
    number: '339902199007280437',
  }),
  citizen('zhou-ming', both('周明', 'ZHOU Ming'), both('境外入浙，红码', 'came from abroad, red'), {
    type: 'resident-id',
    number: '339940197901239219',
  }),
  citizen(
    'wu-guilan',
    both('吴桂兰', 'WU Guilan'),
    both('九十多岁，长辈模式', 'in her nineties: elder mode'),
    {
      type: 'resident-id',
      number: '339962193202185485',
    },
  ),
  citizen('sun-yue', both('孙越', 'SUN Yue'), both('全新，从申领开始', 'new: begins by applying'), {
    type: 'resident-id',
    number: '339900199505059919',
  }),
  citizen(
    'selam-bekele',
    both('塞拉姆·贝克勒', 'Selam BEKELE'),
    both('外国护照，另有永久居留身份证', 'a foreign passport, and a permanent resident card'),
    { type: 'passport', number: 'Z00000159', issuer: 'ET' },
  ),
  citizen(
    'lee-ka-man',
    both('李嘉雯', 'LEE Ka Man'),
    both('港澳居民来往内地通行证', 'a travel permit of Hong Kong'),
    {
      type: 'hm-permit',
      number: 'H99000000',
    },
  ),
  citizen(
    'anna-vogel',
    both('安娜·福格尔', 'Anna VOGEL'),
    both('过境的外国游客，全新', 'a visitor from abroad, new'),
    {
      type: 'passport',
      number: 'Z99999001',
      issuer: 'DE',
    },
  ),
  citizen('he-jing', both('何静', 'HE Jing'), both('全新，替孩子申领', 'new: applies for a child too'), {
    type: 'resident-id',
    number: '339900198808089926',
  }),
  // 339900197003039943 is the number to type.
  citizen(
    'gao-yuan',
    both('高远', 'GAO Yuan'),
    both('证件未核验，须到柜台', 'no verified document: types it, and goes to a counter'),
    undefined,
  ),
  staff('verifier-hangzhou', both('杭州查验员', 'verifier, Hangzhou'), 'verifier', '3301', '杭州市查验队'),
  staff('counter-hangzhou', both('杭州柜台', 'counter clerk, Hangzhou'), 'counter', '3301', '杭州市办事大厅'),
  staff('verifier-ningbo', both('宁波查验员', 'verifier, Ningbo'), 'verifier', '3302', '宁波市查验队'),
  staff('counter-ningbo', both('宁波柜台', 'counter clerk, Ningbo'), 'counter', '3302', '宁波市办事大厅'),
];

function citizen(
  id: string,
  name: BilingualText,
  about: BilingualText,
  document: Document | undefined,
): DemoAccount {
  const shown = document?.type === 'passport' ? name.en : name.zh;
  const verified = document && {
    verification: { trust_framework: DEMO_FRAMEWORK },
    claims: { name: shown, document },
  };
  return { id, kind: 'citizen', name, about, claims: verified ? { verified_claims: verified } : {} };
}

function staff(
  id: string,
  name: BilingualText,
  role: Role,
  territory: string,
  authority: string,
): DemoAccount {
  const about = STAFF_ABOUT[role];
  const claims = {
    healthcode_roles: [role],
    healthcode_territory: territory,
    healthcode_authority: `${authority}（演示）`,
  };
  return { id, kind: 'staff', name, about, claims };
}

function both(zh: string, en: string): BilingualText {
  return { zh, en };
}
