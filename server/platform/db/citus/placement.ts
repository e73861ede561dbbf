/**
 * Where the rows of a table lie on Citus: spread over the workers by a column, whole on every one of them, or on the
 * coordinator alone.
 */
export type Placement = { readonly column: string } | 'reference' | 'coordinator';

const DISTRIBUTED = /^distributed by (\w+)$/;

/** What the comment of a table says, `…; distributed by COLUMN | reference | coordinator; …`: undefined unless it says it once. */
export function placementOf(comment: string): Placement | undefined {
  const said = comment
    .split(';')
    .map((part) => part.trim())
    .flatMap((part): Placement[] => {
      const column = DISTRIBUTED.exec(part)?.[1];
      if (column !== undefined) return [{ column }];
      return part === 'reference' || part === 'coordinator' ? [part] : [];
    });
  return said.length === 1 ? said[0] : undefined;
}

/**
 * The tables that lie together have columns of the same value: whoever answers for a person lies with that person, so
 * `guardian_person_id` lies with `person_id`.
 */
export function groupOf(column: string): string {
  return /(?:^|_)person_id$/.test(column) ? 'person_id' : column;
}
