import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivate } from '../../../signer/keys/custody.ts';
import type { EpochRow } from '../../passes/slots/store.ts';

/**
 * The keys by which passes that are about name their bearers, as they are sealed in the database. Beside the backups, since a
 * database from before they were made would make others, and take one person for another.
 */
export interface EpochKeys {
  readonly epochs: readonly EpochRow[];
  readonly cardKey: Buffer | undefined;
}

const NAME = 'epochs.json';

/** Writes the keys beside the backups, in place of those that were there: what is destroyed in the database is gone here too. */
export function writeEpochKeys(folder: string, text: string): void {
  writePrivate(join(folder, NAME), text);
}

export function printEpochKeys({ epochs, cardKey }: EpochKeys): string {
  const rows = epochs.map(({ sealedKey, ...row }) => ({ ...row, sealedKey: sealedKey.toString('base64') }));
  return `${JSON.stringify({ epochs: rows, cardKey: cardKey?.toString('base64') })}\n`;
}

/** Reads the keys of a folder of backups; undefined where there are none, or they are damaged. */
export function readEpochKeys(folder: string): EpochKeys | undefined {
  const path = join(folder, NAME);
  if (!existsSync(path)) return undefined;
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as Written;
    return {
      epochs: read.epochs.map(({ sealedKey, ...row }) => ({ ...row, sealedKey: bytesOf(sealedKey) })),
      cardKey: read.cardKey === undefined ? undefined : bytesOf(read.cardKey),
    };
  } catch {
    return undefined;
  }
}

interface Written {
  readonly epochs: readonly (Omit<EpochRow, 'sealedKey'> & { readonly sealedKey: string })[];
  readonly cardKey?: string;
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
