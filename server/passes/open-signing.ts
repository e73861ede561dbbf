import { join } from 'node:path';
import { KEY_USES } from '../../credential/trust/keys.ts';
import { ALARMS } from '../../signer/socket/outcomes.ts';
import type { ServiceConfig } from '../config.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { keepSigner, type SignerProcess } from './signer-process.ts';
import { connectSigning, type Signing } from './signing.ts';
import { SIGNER_FOLDER, socketIn } from './trust/trust-folder.ts';

/** Signing for a service, and the signer that it started, if it did. */
export interface OpenSigning {
  readonly signing: Signing;
  readonly stop: () => Promise<void>;
}

const CODES = ['away', 'over-budget', 'refused'] as const;

/**
 * Opens the way to the signer: the one that the configuration names, or else one that is started as a child. The log and
 * the measures say when it is away, and what it raises an alarm about.
 */
export function openSigning(
  { trustFolder }: { readonly trustFolder: string },
  { signer, passSuite }: Pick<ServiceConfig, 'signer' | 'passSuite'>,
  log: Log,
  metrics: Metrics,
): OpenSigning {
  const socket = signer?.socket ?? socketIn(trustFolder);
  const child = signer ? undefined : startChild(join(trustFolder, SIGNER_FOLDER), socket, log);
  const failed = metrics.counter({
    name: 'signing_failures_total',
    help: 'What was not signed.',
    labels: { use: KEY_USES, code: CODES },
  });
  const alarmed = metrics.counter({
    name: 'signer_alarms_total',
    help: 'Alarms that the signer has raised.',
    labels: { what: ALARMS },
  });
  let isReached = false;
  metrics.gauge('signer_reached', 'Whether the signer is connected.', () => (isReached ? 1 : 0));
  const signing = connectSigning({
    socket,
    ...(passSuite && { passSuite }),
    onFailure: (use, code) => failed({ use, code }),
    onAlarm: ({ what, use, why, count }) => {
      alarmed({ what }, count);
      log.error('the signer raises an alarm', { what, use, why, count });
    },
    onReached: (reached) => {
      if (isReached && !reached) log.warn('the signer is away');
      isReached = reached;
    },
  });
  return {
    signing,
    stop: async () => {
      isReached = false;
      signing.close();
      await child?.stop();
    },
  };
}

function startChild(folder: string, socket: string, log: Log): SignerProcess {
  let said: string | undefined;
  return keepSigner(folder, socket, (why) => {
    // One that cannot start ends again and again, and says the same.
    if (why !== said) log.warn('the signer has ended, and is started again', { why });
    said = why;
  });
}
