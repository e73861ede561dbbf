import { hash } from 'node:crypto';
import { hintInput, hintOf } from '../credential/hint.ts';
import type { Pass } from '../credential/pass.ts';
import type { Document } from '../domain/people/document.ts';

/** What a pass tells of the document of its holder; `epoch` is 0 on paper (decision 0025). */
export function hintFor(epoch: number, index: number, { type, number }: Document): number {
  return hintOf(hash('sha256', hintInput(epoch, index, type, number), 'buffer'));
}

/**
 * Whether a document that lies at the gate can be that of the holder of a pass; of a group, that of any member. Another
 * person's fits once in 4,096: it helps whoever compares the face, and does not stand for that.
 */
export function hintMatches(pass: Pass, document: Document): boolean {
  const epoch = pass.form === 'paper' ? 0 : pass.epoch;
  const members = pass.form === 'group' ? pass.members : [pass];
  return members.some(({ index, hint }) => hint === hintFor(epoch, index, document));
}
