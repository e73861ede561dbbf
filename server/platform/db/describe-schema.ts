import { join } from 'node:path';
import type { Catalogue, Column, Constraint, Grant, Index, Table } from './catalogue.ts';

/** The schema that the migrations make, written down beside them by `npm run schema`. */
export const SNAPSHOT = join(import.meta.dirname, 'schema.txt');

/**
 * A schema as text, for people and for comparing: each table with its columns, what they are labelled, its constraints
 * and indexes, and what each role may do with it. The same schema always gives the same text.
 */
export function describeSchema({ tables, others }: Catalogue): string {
  return `${[...tables.map(describeTable), ...others].join('\n\n')}\n`;
}

function describeTable(table: Table): string {
  const { name, comment, columns, constraints, indexes, triggers, grants } = table;
  const lines = [
    ...columns.map(describeColumn),
    ...constraints.map(describeConstraint),
    ...indexes.filter(({ name }) => !constraints.some((each) => each.name === name)).map(describeIndex),
    ...triggers.map((trigger) => `trigger ${trigger}`),
    ...describeGrants(grants),
  ];
  return [`table ${name} -- ${comment}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function describeColumn({ name, type, isNullable, default: value, comment }: Column): string {
  const parts = [
    name,
    type,
    isNullable ? '' : 'not null',
    value === '' ? '' : `default ${value}`,
    `-- ${comment}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function describeConstraint({ name, definition }: Constraint): string {
  return `constraint ${name} ${definition}`;
}

function describeIndex({ definition }: Index): string {
  return definition.replace(/^CREATE /, '');
}

/** One line for a role: `healthcode_app: insert, select, update (a, b)`. */
function describeGrants(grants: readonly Grant[]): string[] {
  const roles = new Map<string, Map<string, string[]>>();
  for (const { role, privilege, column } of grants) {
    const privileges = roles.get(role) ?? new Map<string, string[]>();
    privileges.set(privilege, [...(privileges.get(privilege) ?? []), ...(column ? [column] : [])]);
    roles.set(role, privileges);
  }
  return [...roles].map(([role, privileges]) => {
    const texts = [...privileges].map(([name, columns]) =>
      columns.length > 0 ? `${name} (${columns.join(', ')})` : name,
    );
    return `${role}: ${texts.join(', ')}`;
  });
}
