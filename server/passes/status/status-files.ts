import { parseSign1 } from '../../../credential/cose/sign1.ts';
import { type ListName, parseListName, printListName } from '../../../credential/status/names.ts';
import { decodeStatus, type Head, type HeadEpoch } from '../../../credential/status/payloads.ts';
import type { Db } from '../../platform/db/database.ts';
import { readHead, signedFiles } from './store.ts';

/** The lists as they are published, in memory: a database that is away takes none of them away. */
export interface StatusFiles {
  /** The bytes of a list under its name; undefined for one that there is not. */
  readonly find: (name: string) => Uint8Array | undefined;
  readonly names: () => IterableIterator<string>;
  /** Reads what was published since. */
  readonly refresh: () => Promise<void>;
}

export function createStatusFiles(db: Db): StatusFiles {
  let files = new Map<string, Uint8Array>();
  let loaded = new Map<number, HeadEpoch>();
  let reading: Promise<void> | undefined;
  const read = async () => {
    const bytes = await readHead(db);
    const known = files.get('head');
    if (!bytes || (known && bytes.equals(known))) return;
    const head = headIn(bytes);
    const next = new Map<string, Uint8Array>();
    for (const epoch of head.epochs)
      for (const [name, file] of await filesSince(db, epoch, loaded.get(epoch.epoch))) next.set(name, file);
    for (const [name, file] of files) if (isOf(head, name) && !next.has(name)) next.set(name, file);
    // The head last: whoever has it finds everything that it speaks of.
    next.set('head', bytes);
    files = next;
    loaded = new Map(head.epochs.map((epoch) => [epoch.epoch, epoch]));
  };
  return {
    find: (name) => files.get(name),
    names: () => files.keys(),
    refresh: () => {
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

function headIn(bytes: Uint8Array): Head {
  const head = readHeadOf(bytes);
  if (!head) throw new Error('the head in the database is none');
  return head;
}

/** What a signed head of ours says; undefined for anything else. */
export function readHeadOf(signed: Uint8Array): Head | undefined {
  const message = parseSign1(signed);
  const head = message && decodeStatus(message.payload);
  return head?.kind === 'head' ? head : undefined;
}

/** The lists of an epoch that a head speaks of and that are not loaded yet. */
async function filesSince(
  db: Db,
  { epoch, delta, sum }: HeadEpoch,
  before: HeadEpoch | undefined,
): Promise<[string, Uint8Array][]> {
  const rows = [
    ...(before ? [] : await signedFiles(db, epoch, 'base', -1)),
    ...(before ? [] : await signedFiles(db, epoch, 'token', -1)),
    ...(before?.delta === delta ? [] : await signedFiles(db, epoch, 'delta', before?.delta ?? 0)),
    ...(before?.sum === sum ? [] : await signedFiles(db, epoch, 'sum', before?.sum ?? 0)),
  ];
  return rows.map(({ kind, number, signed }) => {
    const name: ListName = kind === 'base' ? { kind, epoch } : { kind, epoch, number };
    return [printListName(name), signed];
  });
}

function isOf({ epochs }: Head, name: string): boolean {
  const parsed = parseListName(name);
  return parsed !== undefined && parsed.kind !== 'head' && epochs.some(({ epoch }) => epoch === parsed.epoch);
}
