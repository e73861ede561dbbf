import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A document that some command accepts; the hostile inputs are made by breaking it. A new format gets a row here. */
export interface Document {
  readonly format: string;
  readonly value: Json;
}

const AT = '2021-01-05T08:00:00+08:00';
const LATER = '2021-01-06T08:00:00+08:00';
const RESIDENT = { type: 'resident-id', number: '339900199001010011' };
/** The id and the passport of every record of evidence; a broken copy gets others, so that no two are about one person. */
export const ID = 'C-1';
export const PASSPORT_NUMBER = 'P00000';
const PASSPORT = { type: 'passport', issuer: 'ITA', number: PASSPORT_NUMBER };

/** The kinds of evidence with their data (colour.md). */
const KINDS: readonly (readonly [source: string, kind: string, data: Json])[] = [
  ['health', 'case', { classification: 'confirmed', from: AT, to: LATER, outcome: 'recovered' }],
  [
    'health',
    'contact',
    { level: 'close', lastExposure: AT, area: { region: '330602001', place: '府山街道' } },
  ],
  ['border', 'overseas', { country: 'IT', enteredAt: AT }],
  ['telecom', 'stay', { region: '330602001002', place: '府山街道', from: AT, to: LATER }],
  ['self', 'symptom', { fever: true, from: AT, to: LATER }],
  ['laboratory', 'nat', { sampledAt: AT, reportedAt: LATER, result: 'negative', laboratory: 'L1' }],
  ['isolation-site', 'isolation', { form: 'central', from: AT, until: LATER, endedAt: LATER, release: 'D1' }],
  ['public-security', 'identity', { document: PASSPORT, sameAs: RESIDENT }],
];

function evidence([source, kind, data]: (typeof KINDS)[number]): Document {
  const person = { document: PASSPORT };
  const value = { source, id: ID, version: 1, recordedAt: AT, retracted: false, person, kind, data };
  return { format: `evidence of kind ${kind}`, value };
}

/** One entry of an official list of areas (`data/risk-areas`). */
function listEntry(level: string): Json {
  return {
    type: level,
    province: '浙江省',
    city: '绍兴市',
    county: '越城区',
    area_name: '浙江省 绍兴市 越城区',
    communitys: ['府山街道'],
  };
}

const DOCUMENTS: readonly Document[] = [
  ...KINDS.map(evidence),
  { format: 'listed area', value: { level: 'medium', region: '330683', place: '某村', from: AT, to: LATER } },
  {
    format: 'official list of areas',
    value: {
      data: {
        end_update_time: '2022-04-15 11时',
        hcount: 1,
        mcount: 1,
        highlist: [listEntry('2')],
        middlelist: [listEntry('1')],
      },
      code: 0,
      msg: '查询成功',
    },
  },
];

/** Every document: those above, and the rule packages in the folder `rules` under a root. */
export function readDocuments(root: string): Document[] {
  const names = readdirSync(root).includes('rules') ? readdirSync(join(root, 'rules')) : [];
  const packages = names
    .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
    .map((name) => ({
      format: `rule package ${name}`,
      value: JSON.parse(readFileSync(join(root, 'rules', name), 'utf8')) as Json,
    }));
  return [...DOCUMENTS, ...packages];
}
