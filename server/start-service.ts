import type { Instant } from '../domain/time.ts';
import { type Accounts, openAccounts } from './accounts/open-accounts.ts';
import { applyingAt } from './applications/applying.ts';
import { endPassedOn } from './applications/passed-on.ts';
import { applicationRoutes } from './applications/routes.ts';
import { createAccountSides } from './applications/sides/account-sides.ts';
import { type AuthenticationParts, authenticateClients } from './clients/authenticate.ts';
import { followClients } from './clients/known-clients.ts';
import { tokenRoutes } from './clients/routes.ts';
import { createUsedProofs } from './clients/used-proofs.ts';
import { WrongClock } from './codes/buckets/newest-rules.ts';
import { createReadColour } from './codes/current/read-colour.ts';
import { createReadCurrent } from './codes/read-current.ts';
import { eventRoutes } from './codes/showing/events/routes.ts';
import type { ShowingParts } from './codes/showing/parts.ts';
import { showingRoutes } from './codes/showing/routes.ts';
import type { ServiceConfig } from './config.ts';
import { openDoors } from './doors/open-doors.ts';
import { quarantineRoutes } from './evidence/quarantine/routes.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import type { Installation } from './installation.ts';
import { lookupRoutes } from './lookups/routes.ts';
import { meterWork } from './meter-work.ts';
import { startNights } from './nights.ts';
import { cardPartsAt } from './passes/cards/card-parts.ts';
import { cardRoutes } from './passes/cards/routes.ts';
import { type OpenPasses, openPasses } from './passes/open-passes.ts';
import { phoneRoutes } from './passes/phones/routes.ts';
import type { Signing } from './passes/signing.ts';
import type { RunningStatus } from './passes/status/start-status.ts';
import { areaRoutes } from './places/routes.ts';
import { isAnswering } from './platform/db/is-answering.ts';
import { type App, createApp, type Routes } from './platform/http/app.ts';
import { CITIZEN_PAGES } from './platform/http/pages/pages.ts';
import { KeyError } from './platform/keys/key-error.ts';
import { tokenKeysOf } from './platform/keys/token-keys.ts';
import { faultFields } from './platform/log/fault-fields.ts';
import type { Fields, Log } from './platform/log/log.ts';
import { createMetrics, type Metrics } from './platform/metrics/metrics.ts';
import { startWork, type Working } from './working.ts';

/** A service that runs. */
export interface Service {
  /** Where it is reached. */
  readonly url: string;
  readonly work: Working;
  readonly signing: Signing;
  readonly status: RunningStatus;
  /** Answers what was asked, finishes what was begun, and stops; the installation stays open. */
  readonly stop: () => Promise<void>;
}

/** Starts the service of an installation: its HTTP side, its worker, and what follows the changes of others. */
export async function startService(
  installation: Installation,
  config: ServiceConfig,
  clock: () => Instant,
  log: Log,
): Promise<Service> {
  const { store, keys, identity } = installation;
  const metrics = createMetrics();
  const db = store.app;
  const work = startTelling(installation, config, clock, log, metrics);
  const nights = startNights(installation, clock, log);
  const accounts = await openAccounts(installation, config, clock, log, endPassedOn(keys));
  const clients = await followClients({ db, log, clock });
  const readCurrent = createReadCurrent(installation);
  const passes = await openPasses(installation, config, clock, log, metrics);
  const { issuing, readPass, signing, status } = passes;
  const doors = await openDoors({ installation, clock, readCurrent, readPass, metrics, log });
  const tokenKeys = tokenKeysOf(keys);
  const access = accessAt({ clock, tokenKeys, audience: identity.installationId, clients }, config);
  const applying = applyingAt(installation, clock, work.worker.wake);
  const showing: ShowingParts = {
    ...{ installation, clock, isLate: work.isLate, readCurrent, issuing },
    accounts: createAccountSides(applying),
  };
  let url = '';
  const app: App = await createApp(
    { db, clock, log, metrics, tokenKeys },
    {
      routes: [
        tokenRoutes(access),
        evidenceRoutes(work),
        quarantineRoutes({ ...work, db, delivererOf: (clientId) => clients.find(clientId) }),
        lookupRoutes(installation, clock),
        applicationRoutes(applying),
        ...accounts.routes(() => url),
        areaRoutes(installation.areas, config.nameRegion ?? (() => undefined), clock),
        doors.routes,
        ...passes.routes,
        cardRoutes(cardPartsAt(installation, { signing, indexes: status.indexes }, clock, work.worker.wake)),
        ...codeRoutes(showing, passes, accounts, log),
      ],
      authenticate: authenticateClients(access),
      recognise: accounts.recognise,
      ready: () => isAnswering(db),
      ...{ version: config.version, pagesFolder: CITIZEN_PAGES },
      ...(config.limits && { limits: config.limits }),
    },
  );
  url = await app.listen({ host: config.host, port: config.port });
  return {
    url,
    ...{ work, signing, status },
    stop: async () => {
      await app.close();
      clients.close();
      accounts.close();
      doors.close();
      await nights.stop();
      await work.stop();
      await passes.stop();
    },
  };
}

/** How client systems show who they are. */
function accessAt(
  known: Omit<AuthenticationParts, 'usedProofs' | 'publicOrigin'>,
  { publicOrigin }: ServiceConfig,
): AuthenticationParts {
  const parts = { ...known, usedProofs: createUsedProofs() };
  return publicOrigin === undefined ? parts : { ...parts, publicOrigin };
}

/** Where people see their codes, hear of changes, and bind phones. */
function codeRoutes(showing: ShowingParts, passes: OpenPasses, { isSignedIn }: Accounts, log: Log): Routes[] {
  const { installation, accounts, readCurrent } = showing;
  const { store, keys } = installation;
  const readColour = createReadColour(store.app, readCurrent);
  const onFailure = (error: unknown) => log.warn('changes of codes are not seen', faultFields(error));
  return [
    showingRoutes(showing),
    eventRoutes({ ...showing, isSignedIn, onFailure }),
    phoneRoutes({ ...passes, ...{ database: store.app, keys, clock: showing.clock }, accounts, readColour }),
  ];
}

/** People whom a service reads when everybody is looked at again at no set pace, so that its requests do not wait. */
const EVERYONE_PER_SECOND = 20_000;

/** Starts the work that goes on without a request, and tells the log and the metrics of it. */
function startTelling(
  installation: Installation,
  { turnsCodes }: ServiceConfig,
  clock: () => Instant,
  log: Log,
  metrics: Metrics,
): Working {
  const meter = meterWork(metrics, installation.store.app, clock);
  const work = startWork(installation, clock, {
    turns: turnsCodes,
    everyonePerSecond: EVERYONE_PER_SECOND,
    onTurned: (turned) => {
      meter.turned(turned);
      for (const error of turned.unreadable.values())
        log.error('evidence about somebody cannot be read', faultFields(error));
    },
    onFailure: (error) => log.error('codes are not turned', faultFields(error)),
    onUnread: (what, error) =>
      log.error(what === 'clock' ? 'the clock is wrong' : 'changes are not seen', {
        what,
        ...reasonOf(error),
      }),
    onReadAgain: (what) =>
      log.info(what === 'clock' ? 'the clock is right again' : 'changes are seen again', { what }),
  });
  metrics.gauge(
    'clock_ahead_seconds',
    'By how much the clock of this process is ahead of that of the database, for certain; below 0 when it is behind.',
    () => work.clockAheadMs() / 1_000,
  );
  return work;
}

/** The message of a `KeyError` names a file and what to do, and never a key or a content; that of a wrong clock is by how much. */
function reasonOf(error: unknown): Fields {
  if (error instanceof WrongClock) return { ...faultFields(error), why: error.message };
  if (!(error instanceof KeyError)) return faultFields(error);
  return { ...faultFields(error), code: error.code, why: error.message };
}
