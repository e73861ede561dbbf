import type { Instant } from '../../domain/time.ts';
import type { ServiceConfig } from '../config.ts';
import type { Installation } from '../installation.ts';
import type { Routes } from '../platform/http/app.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { createPasses, type Passes } from './create-passes.ts';
import { openSigning } from './open-signing.ts';
import type { Signing } from './signing.ts';
import { type RunningStatus, startStatus } from './status/start-status.ts';
import { trustRoutes } from './trust/routes.ts';
import { watchExpiry } from './trust/watch-expiry.ts';

/** The passes of a service that runs, and what they need. */
export interface OpenPasses extends Passes {
  readonly signing: Signing;
  readonly status: RunningStatus;
  /** What gates fetch to decide by themselves. */
  readonly routes: readonly Routes[];
  readonly stop: () => Promise<void>;
}

/** Opens the way to the signer, the slots and lists of statuses, and what issues and reads passes. */
export async function openPasses(
  installation: Installation,
  config: ServiceConfig,
  clock: () => Instant,
  log: Log,
  metrics: Metrics,
): Promise<OpenPasses> {
  const toSigner = openSigning(installation, config, log, metrics);
  const { signing } = toSigner;
  try {
    const status = await startStatus({ installation, signing, clock, log, metrics }, config);
    const { slots, indexes } = status;
    const stopWatching = watchExpiry(installation.trust.keys, clock, log, metrics);
    return {
      ...createPasses({ installation, signing, slots, indexes }),
      ...{ signing, status },
      routes: [trustRoutes(installation, clock), status.routes],
      stop: async () => {
        stopWatching();
        await status.stop();
        await toSigner.stop();
      },
    };
  } catch (error) {
    await toSigner.stop();
    throw error;
  }
}
