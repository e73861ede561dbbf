import type { Instant } from '../domain/time.ts';
import type { Database } from './platform/db/database.ts';
import type { TokenKeys } from './platform/keys/versioned-keys.ts';
import type { Log } from './platform/log/log.ts';
import type { Metrics } from './platform/metrics/metrics.ts';

/** What the parts of the service are given. */
export interface Deps {
  readonly db: Database;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tokenKeys: TokenKeys;
  /** The id of this deployment: tokens are made for it and count nowhere else. */
  readonly audience: string;
}
