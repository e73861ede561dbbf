import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import { mustDecideNow } from '../../codes/buckets/newest-rules.ts';
import type { ServiceConfig } from '../../config.ts';
import type { Installation } from '../../installation.ts';
import type { Routes } from '../../platform/http/app.ts';
import { faultFields } from '../../platform/log/fault-fields.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Signing } from '../signing.ts';
import { createFindSlots, type FindSlots } from '../slots/find-slots.ts';
import { type Indexes, openIndexes } from '../slots/indexes.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { statusRoutes } from './routes.ts';
import { createStatusFiles, type StatusFiles } from './status-files.ts';

/** Slots, indexes and lists of a service that runs. */
export interface RunningStatus {
  readonly indexes: Indexes;
  readonly slots: FindSlots;
  readonly files: StatusFiles;
  readonly publisher: Publisher;
  readonly routes: Routes;
  readonly stop: () => Promise<void>;
}

/** What it needs of the service. */
export interface StatusParts {
  readonly installation: Installation;
  readonly signing: Pick<Signing, 'sign'>;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** So often are deltas published. */
export const PERIOD_MS = 10_000;
/** So often does every process look whether another has published. */
const LOOK_MS = 1_000;
/** Of each period, for looking over people about whom nothing has happened. */
const SWEEP_MS = 200;
/** Of each period, for what the clock alone will turn. */
const AHEAD_MS = 3_000;

/** Opens the slots and the lists of an installation, and publishes them if the configuration lets this process. */
export async function startStatus(
  parts: StatusParts,
  { publishes = true }: Pick<ServiceConfig, 'publishes'>,
): Promise<RunningStatus> {
  const { installation, signing, clock, log, metrics } = parts;
  const { store, keys, trust, decision } = installation;
  const db = store.app;
  const parameters = () => trust.keys().parameters;
  const indexes = await openIndexes(db, keys, parameters, clock());
  const files = createStatusFiles(db);
  const publisher = createPublisher({
    ...{ db, indexes, signing, parameters, clock },
    sources: { db, keys, decision, parameters },
    ...{ periodMs: PERIOD_MS, sweepMs: SWEEP_MS, aheadMs: AHEAD_MS },
  });
  let publishedAt = clock();
  metrics.gauge('status_published_age_seconds', 'How long ago this process published or followed.', () =>
    Math.max(0, (clock() - publishedAt) / 1_000),
  );
  const publishing = repeat(
    publishes ? PERIOD_MS : undefined,
    log,
    'statuses are not published',
    async () => {
      await leaveIfWrong(publisher, installation, clock());
      await publisher.tick();
      await files.refresh();
    },
  );
  const following = repeat(LOOK_MS, log, 'published statuses are not seen', async () => {
    await files.refresh();
    await indexes.refresh(clock());
    publishedAt = clock();
  });
  return {
    ...{ indexes, files, publisher },
    slots: createFindSlots(db, clock),
    routes: statusRoutes(files),
    stop: async () => {
      await Promise.all([publishing.stop(), following.stop()]);
      if (publishes) await publisher.leave().catch(() => {});
    },
  };
}

/**
 * What gates are told of those about whom nothing was concluded yet follows from the rules that decide: while those are not the
 * same by the clock of the database, another process publishes.
 *
 * @throws {WrongClock} after the turn was given back
 */
async function leaveIfWrong(
  publisher: Publisher,
  { databaseNow, rules }: Installation,
  now: Instant,
): Promise<void> {
  const readAt = await databaseNow();
  try {
    mustDecideNow([{ readAt }], rules.inForceAt(now));
  } catch (error) {
    await publisher.leave();
    throw error;
  }
}

/** Does something again and again, the first time at once; tells the log of the first of several failures. */
function repeat(
  everyMs: number | undefined,
  log: Log,
  failure: string,
  work: () => Promise<void>,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    let isFailing = false;
    while (!signal.aborted && everyMs !== undefined) {
      const begun = performance.now();
      try {
        await work();
        isFailing = false;
      } catch (error) {
        if (!isFailing && !signal.aborted) log.warn(failure, faultFields(error));
        isFailing = true;
      }
      // What failed is tried again soon.
      const pauseMs = isFailing ? Math.min(everyMs, LOOK_MS) : everyMs - (performance.now() - begun);
      await sleep(Math.max(0, pauseMs), undefined, { signal }).catch(() => {});
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
