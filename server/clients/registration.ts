import type { Scope } from '../../api/clients/scopes.ts';
import type { Source } from '../../domain/evidence/fact.ts';
import type { Instant } from '../../domain/time.ts';

/** Whether each token of a client is bound to a key that only the client has (RFC 9449), or works for whoever holds it. */
export type ProofKind = 'none' | 'dpop';

/** What is registered of a client system. */
export interface Registration {
  readonly clientId: string;
  /** Counts the changes, from 1. */
  readonly number: number;
  /** Of the system, for people; not of a person. */
  readonly name: string;
  readonly secretDigest: Buffer;
  readonly proof: ProofKind;
  readonly scopes: readonly Scope[];
  /** The sources whose evidence it may state. */
  readonly sources: readonly Source[];
  readonly quotaPerSecond: number;
  readonly startsAt: Instant;
  readonly expiresAt: Instant;
  readonly disabledAt: Instant | null;
}

/** Whether a client may call the service. */
export function isInForce({ startsAt, expiresAt, disabledAt }: Registration, now: Instant): boolean {
  return startsAt <= now && now < expiresAt && (disabledAt === null || now < disabledAt);
}
