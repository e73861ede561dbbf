import type { KeyList } from '../../../credential/trust/key-list.ts';
import type { KeyUse } from '../../../credential/trust/keys.ts';
import { DAY_MS, HOUR_MS, type Instant, printInstant } from '../../../domain/time.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';

/** What the service has signed while it runs. */
const SIGNED_HERE: readonly KeyUse[] = ['pass', 'status', 'delta'];
/** The holders of the root have to meet in the meantime. */
const WARNED_BEFORE_MS = 30 * DAY_MS;

/**
 * Tells the log each day, and the measures at any time, that the key list or the keys of the signer come to an end: from
 * then on gates believe nothing any more, or nothing is signed. Returns what ends the watch.
 */
export function watchExpiry(
  keys: () => KeyList,
  clock: () => Instant,
  log: Log,
  metrics: Metrics,
  lookMs = HOUR_MS,
): () => void {
  const left = (until: Instant) => Math.floor((until - clock()) / 1_000);
  metrics.gauge('key_list_expires_in_seconds', 'Until gates believe the key list no more.', () =>
    left(keys().expiresAt),
  );
  metrics.gauge('signing_keys_end_in_seconds', 'Until the signer has no key of some use.', () =>
    left(keysEnd(keys())),
  );
  let toldOn: number | undefined;
  const look = () => {
    const day = Math.floor(clock() / DAY_MS);
    if (day === toldOn) return;
    toldOn = day;
    const list = keys();
    warn('the key list', list.expiresAt);
    warn('the last signing key of a use', keysEnd(list));
  };
  const warn = (what: string, until: Instant) => {
    const now = clock();
    const fields = { what, until: printInstant(until) };
    if (until <= now) log.error('trust has expired', fields);
    else if (until - now < WARNED_BEFORE_MS) log.warn('trust expires soon', fields);
  };
  look();
  const looking = setInterval(look, lookMs).unref();
  return () => clearInterval(looking);
}

/** When the first of the uses has no key any more that counts, of those in force and those to come. */
function keysEnd({ keys }: KeyList): Instant {
  const ends = SIGNED_HERE.map((use) => {
    const counting = keys.filter((key) => key.use === use && key.revokedAt === undefined);
    return Math.max(0, ...counting.map(({ notAfter }) => notAfter));
  });
  return Math.min(...ends);
}
