import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { BackedUpFile } from './manifest.ts';

/** How much a file is, and what. */
export async function digestFile(path: string): Promise<Omit<BackedUpFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
