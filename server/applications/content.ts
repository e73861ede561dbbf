import type { Declaration } from '../../api/applications/applications.ts';
import type { Document } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import { contextOf, type DataKey, open, seal } from '../platform/keys/envelope.ts';
import type { ApplicationKey } from './store.ts';

/** What an applicant stated, as it is sealed. */
export interface Content {
  readonly name: string;
  readonly document: Document;
  /** Whether the document is verified, or only typed. */
  readonly proof: 'claims' | 'counter' | 'none';
  /** A document that was typed besides, for a counter to see. */
  readonly further?: Document;
  readonly phone: string;
  readonly region: string;
  readonly address: string;
  readonly declaration: Declaration;
  /** When it was stated; it may be confirmed days later. */
  readonly declaredAt: Instant;
}

export function sealContent(key: DataKey, at: ApplicationKey, version: number, content: Content): Buffer {
  return seal(key, JSON.stringify(content), contextFor(at, version));
}

export function openContent(key: DataKey, at: ApplicationKey, version: number, sealed: Buffer): Content {
  return JSON.parse(open(key, sealed, contextFor(at, version)).toString('utf8')) as Content;
}

/** A phone in one form, for its blind index: that of the mainland without the code of the country. */
export function normalisePhone(phone: string): string {
  return phone.replace(/^(?:\+|00)86(?=1\d{10}$)/, '');
}

function contextFor({ accountId, applicationId }: ApplicationKey, version: number): string {
  return contextOf('application_content', accountId, applicationId, version);
}
