import { randomFillSync } from 'node:crypto';
import type { Instant } from '../../../domain/time.ts';

/** Buckets of people; each is one share of the work on due assessments. */
export const BUCKETS = 64;

const POOL_BYTES = 10 * 1_024;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;

/** A uuid that begins with its time (RFC 9562 version 7), so that rows of one time lie together. It orders nothing. */
export function timeUuid(now: Instant): string {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const time = Math.max(0, now).toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random[3]!, 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

/** The time with which a uuid of `timeUuid` begins. */
export function timeOf(uuid: string): Instant {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The bucket of a person: the last bits of the id, which are chance. */
export function bucketOf(personId: string): number {
  return Number.parseInt(personId.slice(-2), 16) % BUCKETS;
}
