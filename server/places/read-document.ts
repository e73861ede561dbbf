import { createHash } from 'node:crypto';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { isObject } from '../../domain/evidence/fields.ts';
import { type Fault, fault } from '../../domain/fault.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { LISTED_LEVELS, readSnapshot, type Snapshot } from '../../domain/places/snapshot.ts';

/** What was given: an official list, or one area by itself. */
export type AreaDocument =
  | { readonly form: 'list'; readonly snapshot: Snapshot }
  | { readonly form: 'area'; readonly area: ListedArea };

/** A document, or all that is wrong with it. */
export type DocumentReading =
  | { readonly document: AreaDocument; readonly faults?: undefined }
  | { readonly document?: undefined; readonly faults: readonly Fault[] };

/**
 * Reads an official list, or an area (contract.md), from its JSON value. An area may not be severe, for those come
 * from the two bodies of R6 alone, and may not say when it was learned, for that is when it arrives.
 */
export function readAreaDocument(value: unknown): DocumentReading {
  if (!isObject(value) || !('level' in value || 'region' in value)) {
    const { snapshot, faults } = readSnapshot(value);
    return snapshot ? { document: { form: 'list', snapshot } } : { faults };
  }
  if (value.level === 'severe')
    return { faults: [fault('level', 'must not be severe: only the two bodies of R6 may state that')] };
  if (value.recordedAt !== undefined)
    return { faults: [fault('recordedAt', 'must be missing: it is the time of arrival')] };
  const { area, faults } = readListedArea(value, LISTED_LEVELS);
  return area ? { document: { form: 'area', area } } : { faults };
}

/** A document as it is kept, with every name as it was given, and what tells it from others. */
export function writeDocument(document: AreaDocument): { readonly digest: Buffer; readonly text: string } {
  const text = JSON.stringify(document.form === 'list' ? document.snapshot : document.area);
  return { digest: createHash('sha256').update(text).digest(), text };
}

/** A list as it was given, from what is kept of it. */
export function unpackList(content: Buffer): Snapshot {
  // Written by `writeDocument`, from a list that was read.
  return JSON.parse(unpack(content)) as Snapshot;
}

/** A text in few bytes. */
export function pack(text: string): Buffer {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

export function unpack(packed: Buffer): string {
  return brotliDecompressSync(packed).toString();
}
