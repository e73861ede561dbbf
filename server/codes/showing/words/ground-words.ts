import type { Kind } from '../../../../domain/evidence/fact.ts';
import { kindRead } from '../../../../domain/rules/compile.ts';
import type { BilingualText, RulePackage } from '../../../../domain/rules/schema.ts';

/** The clauses of the notice under which somebody is red or yellow. */
export type GroundClause =
  | 'R2a'
  | 'R2b'
  | 'R2c'
  | 'R2d'
  | 'R2e'
  | 'R2f'
  | 'R2g'
  | 'R3a'
  | 'R3b'
  | 'R3c'
  | 'R6';

/** What a clause says, where a package has several readings of it or none. No numbers: those are the package's. */
export const CLAUSE_WORDS: Readonly<Record<GroundClause, BilingualText>> = {
  R2a: { zh: '确诊病人', en: 'Confirmed patient' },
  R2b: { zh: '疑似病人', en: 'Suspected patient' },
  R2c: { zh: '无症状感染者', en: 'Asymptomatic infection' },
  R2d: { zh: '密切接触者', en: 'Close contact of a case' },
  R2e: { zh: '近期有境外旅居史', en: 'A recent stay overseas' },
  R2f: { zh: '按规定须集中隔离或居家医学观察', en: 'Central isolation or home observation is due' },
  R2g: { zh: '其他须纳入红码管理的情形', en: 'Must be managed as red' },
  R3a: { zh: '有发热症状', en: 'Fever' },
  R3b: { zh: '风险地区旅居史，须接受核酸检测', en: 'A stay in a risk area; a nucleic-acid test is due' },
  R3c: { zh: '其他须纳入黄码管理的情形', en: 'Must be managed as yellow' },
  R6: { zh: '疫情严重地区或场所旅居史、接触史', en: 'A stay or contact in a severe area or venue' },
};

/**
 * A ground in words: those of the package, where it has one reading of the clause for evidence of this kind, else those of
 * the clause. A clause that nobody here knows is named by its id.
 */
export function groundWords(rules: RulePackage | undefined, clause: string, kind?: Kind): BilingualText {
  const texts = (rules?.grounds ?? []).filter(
    (ground) => ground.clause === clause && (kind === undefined || kindRead(ground.when.kind) === kind),
  );
  if (texts.length === 1) return texts[0]!.text;
  return isKnown(clause)
    ? CLAUSE_WORDS[clause]
    : { zh: `规则第 ${clause} 条`, en: `Clause ${clause} of the rules` };
}

/** What an advisory says: a possible match, which gives no colour. */
export function advisoryWords(words: BilingualText): BilingualText {
  return {
    zh: `可能涉及：${words.zh}。请补充说明到过的具体地点`,
    en: `Possibly: ${words.en}. Please say where exactly you were`,
  };
}

function isKnown(clause: string): clause is GroundClause {
  return Object.hasOwn(CLAUSE_WORDS, clause);
}
