import type { Catalogue, Column, Constraint, Table } from '../server/platform/db/catalogue.ts';
import { placementOf } from '../server/platform/db/citus/placement.ts';
import { ROLES } from '../server/platform/db/roles.ts';

/** How long rows may live is settled by class, so every table is of one of these (D3). */
const RETENTION_CLASSES = ['identity', 'evidence', 'audit', 'working', 'configuration'];

const LABEL = /^sensitive: (no|identity|health)(?:; .+)?$/;
const ERASED_ELSEWHERE = /^erased (?:when done|with (\w+))$/;

/** A table, and what its comment says: `retention: CLASS; distributed by COLUMN | reference | coordinator; …`. */
interface Labelled extends Table {
  readonly retention: string | undefined;
  /** The column by which its rows are spread over machines; none of a table that lies in one place, or whole in each. */
  readonly distributedBy: string | undefined;
  readonly isReference: boolean;
  readonly isPlaced: boolean;
  readonly growsOnly: boolean;
  /** `undefined` when it has to erase its rows itself; a table, or nothing, when that happens with another's or by itself. */
  readonly erased: { readonly withTable: string | undefined } | undefined;
}

/** What a schema breaks of the rules of the house for personal data and for distribution, one line a finding. */
export function checkSchema(catalogue: Catalogue): string[] {
  const tables = catalogue.tables.map(labelled);
  const byName = new Map(tables.map((table) => [table.name, table]));
  return [
    ...catalogue.creators
      .filter((role) => role !== ROLES.owner)
      .map((role) => `${role} may make things in the schema`),
    ...tables.flatMap((table) => {
      const findings = [
        ...checkOwner(table),
        ...checkLabels(table),
        ...checkErasing(table, byName),
        ...checkGrants(table),
        ...checkKeys(table),
        ...table.constraints.flatMap((constraint) => checkForeignKey(table, constraint, byName)),
      ];
      return findings.map((finding) => `${table.name}${finding}`);
    }),
  ];
}

function labelled(table: Table): Labelled {
  const parts = table.comment.split(';').map((part) => part.trim());
  const erased = parts.map((part) => ERASED_ELSEWHERE.exec(part)).find((match) => match);
  const placement = placementOf(table.comment);
  return {
    ...table,
    retention: /^retention: (\w+)$/.exec(parts[0] ?? '')?.[1],
    distributedBy: typeof placement === 'object' ? placement.column : undefined,
    isReference: placement === 'reference',
    isPlaced: placement !== undefined,
    growsOnly: parts.includes('grows only'),
    erased: erased ? { withTable: erased[1] } : undefined,
  };
}

function checkOwner({ owner, triggers }: Labelled): string[] {
  return [
    ...(owner === ROLES.owner ? [] : [` belongs to ${owner}`]),
    ...triggers.map((trigger) => ` has the trigger ${trigger}`),
  ];
}

function checkLabels({ columns, retention, isPlaced }: Labelled): string[] {
  const unlabelled = columns.filter(({ comment }) => !LABEL.test(comment));
  const denied = columns.filter(
    ({ name, comment }) => isAboutPerson(name) && !comment.startsWith('sensitive: identity'),
  );
  return [
    ...unlabelled.map(({ name }) => `.${name} does not say whether it is sensitive`),
    ...denied.map(({ name }) => `.${name} is a person and is not labelled as identity`),
    ...(RETENTION_CLASSES.includes(retention ?? '') ? [] : [' names no class of retention']),
    ...(isPlaced ? [] : [' does not say, once, how it is distributed']),
  ];
}

function isAboutPerson(column: string): boolean {
  return /(?:^|_)person_id$/.test(column);
}

function isSensitive({ comment }: Column): boolean {
  return !comment.startsWith('sensitive: no');
}

function checkErasing(
  { columns, erased, grants }: Labelled,
  byName: ReadonlyMap<string, Labelled>,
): string[] {
  if (!columns.some(isSensitive)) return [];
  const mayErase = grants.some(({ role, privilege }) => role === ROLES.eraser && privilege === 'delete');
  const findings = mayErase ? [] : [' cannot be erased: the eraser may not delete'];
  const { withTable } = erased ?? {};
  if (withTable !== undefined && !byName.has(withTable))
    findings.push(` is erased with ${withTable}, which is no table`);
  const date = columns.find(({ name }) => name === 'erase_after');
  if (!date && !erased) findings.push(' has people and no erase_after');
  if (date && (date.isNullable || !/^(?:date|timestamp with time zone)$/.test(date.type)))
    findings.push('.erase_after must be a date or an instant, and not null');
  return findings;
}

const MAY: Readonly<Record<string, readonly string[]>> = {
  [ROLES.app]: ['select', 'insert', 'update', 'delete'],
  [ROLES.reader]: ['select'],
  [ROLES.eraser]: ['select', 'delete'],
};

function checkGrants({ columns, grants, growsOnly }: Labelled): string[] {
  const health = columns
    .filter(({ comment }) => comment.startsWith('sensitive: health'))
    .map(({ name }) => name);
  return grants.flatMap(({ role, privilege, column }) => {
    const findings = [];
    if (!MAY[role]?.includes(privilege)) findings.push(` lets ${role} ${privilege}`);
    if (growsOnly && role === ROLES.app && ['update', 'delete'].includes(privilege))
      findings.push(` grows only and lets ${role} ${privilege}`);
    // Whoever erases has to find rows, not to read them.
    if (
      role === ROLES.eraser &&
      privilege === 'select' &&
      (column ? health.includes(column) : health.length > 0)
    )
      findings.push(` lets ${role} read about health`);
    return findings;
  });
}

function checkKeys({ columns, constraints, indexes, distributedBy }: Labelled): string[] {
  const key = constraints.find(({ kind }) => kind === 'primary key');
  const numbered = columns.filter(
    ({ type, isIdentity, default: value }) =>
      (isIdentity && type !== 'bigint') || value.startsWith('nextval('),
  );
  const aboutPeople = columns.some(({ name }) => isAboutPerson(name));
  const unique = [
    ...indexes.filter(({ isUnique }) => isUnique),
    ...constraints.filter(({ kind }) => kind === 'exclude'),
  ];
  return [
    ...(key ? [] : [' has no primary key']),
    ...numbered.map(({ name }) => `.${name} is numbered with less than a bigint identity`),
    ...(aboutPeople && !distributedBy ? [' is about people and lies in one place'] : []),
    // Machines look after their own rows: what is unique must be so among those.
    ...unique
      .filter((index) => distributedBy && !index.columns.includes(distributedBy))
      .map(({ name }) => `: ${name} is unique without ${distributedBy}`),
  ];
}

function checkForeignKey(
  table: Labelled,
  { kind, name, columns, to, toColumns, definition }: Constraint,
  byName: ReadonlyMap<string, Labelled>,
): string[] {
  if (kind !== 'foreign key') return [];
  if (/ON (?:DELETE|UPDATE) SET/.test(definition)) return [`: ${name} changes rows when others go`];
  const target = byName.get(to!);
  if (target?.isReference) return [];
  const { distributedBy } = table;
  if (!distributedBy && !target?.distributedBy)
    return table.isReference ? [`: ${name} leaves the reference tables`] : [];
  const at = columns.indexOf(distributedBy ?? '');
  const isTogether = at >= 0 && distributedBy === target?.distributedBy && toColumns[at] === distributedBy;
  return isTogether ? [] : [`: ${name} refers to rows on other machines`];
}
