import type { Fault } from '../../domain/fault.ts';
import { type Document, readDocument } from '../../domain/people/document.ts';
import { Problem } from '../platform/http/problem.ts';

/**
 * Reads the field `document` of a body.
 *
 * @throws {Problem} `invalid`, with the fields that are wrong and never their values
 */
export function documentInBody(value: unknown): Document {
  const faults: Fault[] = [];
  const document = readDocument(value, 'document', faults);
  if (document) return document;
  const errors = faults.map(({ field, message }) => ({
    in: 'body' as const,
    path: `/${field.replaceAll('.', '/')}`,
    message,
  }));
  throw new Problem('invalid', 'The document is wrong.', { errors });
}
