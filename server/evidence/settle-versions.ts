import { type Fault, fault } from '../../domain/fault.ts';
import type { Holder } from '../people/find-or-add-people.ts';
import { isDigestOf } from '../platform/keys/digest.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { type Departure, departures } from './departures.ts';
import type { Candidate, Delivery } from './intake.ts';
import type { HeadRow, VersionRow } from './store.ts';

/** A candidate with the delivery it came in and the person it is about. */
export interface Item {
  readonly candidate: Candidate;
  readonly delivery: Delivery;
  readonly holder: Holder;
}

/** The versions of one record that are stored already. */
export interface Stored {
  readonly head: HeadRow | undefined;
  readonly former: readonly VersionRow[];
}

/** What is to become of the candidates of one record. */
export interface Settlement {
  readonly fresh: readonly Item[];
  readonly unchanged: readonly Item[];
  readonly refused: readonly { readonly item: Item; readonly fault: Fault }[];
  /** The highest version of all. */
  readonly head: HeadRow;
  /** Whom the record leaves by a version that is new. */
  readonly left: readonly Departure[];
}

/**
 * Settles what the versions of one record come to, those that are stored and those that arrive. The same version with
 * other content is refused; the person of the highest version holds the record, and nobody else does (colour.md,
 * evidence). A record that joined two documents is not changed by one authority alone (S3).
 */
export function settleVersions(keys: KeyRing, { head, former }: Stored, items: readonly Item[]): Settlement {
  const versions = new Map<number, VersionRow>(former.map((row) => [row.version, row]));
  if (head) versions.set(head.version, head);
  let highest = head?.version ?? -1;
  let links = head?.links ?? false;
  const fresh: Item[] = [];
  const unchanged: Item[] = [];
  const refused: { item: Item; fault: Fault }[] = [];
  for (const item of inOrder(items)) {
    const { record, content, approved } = item.candidate;
    const known = versions.get(record.version);
    if (known && isDigestOf(keys, known.digest, content)) unchanged.push(item);
    else if (known) refused.push({ item, fault: fault('version', 'stands already with other content') });
    else if (links && record.version > highest && !approved) refused.push({ item, fault: NEEDS_TWO });
    else {
      fresh.push(item);
      versions.set(record.version, versionOf(item));
      highest = Math.max(highest, record.version);
      links ||= record.kind === 'identity' && !record.retracted && record.version === highest;
    }
  }
  const top = { ...versions.get(highest)!, links };
  const added = new Set(fresh.map(({ candidate }) => candidate.record.version));
  const left = departures(versions, (version) => added.has(version));
  return { fresh, unchanged, refused, head: top, left };
}

/** What speaks against changing how documents are joined until two have approved it. */
export const NEEDS_TWO = fault(
  'version',
  'changes how documents are joined, which needs the approval of two people (S3)',
);

function inOrder(items: readonly Item[]): readonly Item[] {
  if (items.length < 2) return items;
  return [...items].sort((a, b) => a.candidate.record.version - b.candidate.record.version);
}

function versionOf({ candidate: { record, digest }, holder: { personId } }: Item): VersionRow {
  const { id: recordId, source, version, recordedAt } = record;
  return { recordId, source, version, personId, digest, recordedAt };
}
