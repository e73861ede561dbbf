import { type Fault, fault } from '../../domain/fault.ts';
import { readJsonDocuments } from './json-documents.ts';

/** A document of some files, or what is wrong where one should be. */
export type Given = Place & (GivenValue | { readonly fault: Fault });

interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

interface GivenValue {
  readonly value: unknown;
  readonly length: number;
  readonly fault?: undefined;
}

/** The JSON documents of some files, in order. A file without any is a fault. */
export async function* givenIn(files: readonly string[]): AsyncGenerator<Given> {
  for (const file of files) {
    let documents = 0;
    for await (const document of readJsonDocuments(file)) {
      documents++;
      yield { file, ...document };
    }
    if (documents === 0) yield { file, line: undefined, fault: fault('', 'is empty') };
  }
}

/** So many characters, and one document more, stand in memory at most. */
const MOST_LENGTH = 8 << 20;

/** The same, some together: at most so many documents. */
export async function* inBatches(
  given: AsyncIterable<Given>,
  most: number,
): AsyncGenerator<readonly Given[]> {
  let batch: Given[] = [];
  let length = 0;
  for await (const each of given) {
    batch.push(each);
    length += each.fault ? 0 : each.length;
    if (batch.length < most && length < MOST_LENGTH) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
}
