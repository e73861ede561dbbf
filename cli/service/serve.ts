import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES } from '../../credential/suites.ts';
import { refuseKeys } from '../../server/back-up.ts';
import { type ServiceConfig, USUAL_HOST, USUAL_PORT } from '../../server/config.ts';
import { type Installation, openInstallation, type Site } from '../../server/installation.ts';
import { OFFLINE_FOLDER } from '../../server/passes/trust/trust-folder.ts';
import { archiveIn, makeBackupFolder } from '../../server/platform/db/embedded/archive.ts';
import { faultFields } from '../../server/platform/log/fault-fields.ts';
import { createLog, type Fields, type Log } from '../../server/platform/log/log.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { keepRemovals } from '../../server/record/removals/keep-removals.ts';
import { type Service, startService } from '../../server/start-service.ts';
import { createRegionNames } from '../areas/region-names.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { type DemoIdentity, startDemoIdentity } from '../demo/identity/start-identity.ts';
import { loadDemo } from '../demo/load-demo.ts';
import { whatToTry } from '../demo/what-to-try.ts';
import { wholeNumberOption } from '../options.ts';
import { RELEASE } from '../release.ts';
import { SIGN_IN_HELP, SIGN_IN_OPTIONS, signInOf } from './sign-in.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf } from './site.ts';

/** Where the identity provider for trying out listens. */
const USUAL_IDENTITY_PORT = 8_081;

const HELP = `usage: healthcode serve [--host HOST] [--port PORT] [--public-origin URL] [--issuer URL …] [--demo] [--data DIR]
                        [--keys DIR] [--signer SOCKET] [--pass-suite SUITE] [--archive DIR]

Runs the service: takes evidence over HTTP, keeps everyone's colour current, answers those who may ask. Tells on stdout
where it is reached, and on stderr, as JSON Lines, what happens to it. SIGTERM or Ctrl-C answers what was asked, and
stops.

  --host HOST          the address to listen on (${USUAL_HOST}: this machine only)
  --port PORT          the port to listen on (${USUAL_PORT}); 0 takes any that is free
  --public-origin URL  scheme and host under which clients reach it, where something stands in front of it
  --demo               on a database made for trying out: loads a made-up province of 20,000 people at the first start,
                       and tells what to try. Only on this machine, and never on a database with real people
  --signer SOCKET      the signer that runs already ("healthcode signer"); without it one is started as a child
  --pass-suite SUITE   by which passes are signed: ${SUITES.join(' or ')} (${SUITES[0]})
  --identity-port PORT with --demo: the port of the identity provider for trying out (${USUAL_IDENTITY_PORT};
                       any that is free with --port 0)
  --archive DIR        the folder of the backups: the embedded database keeps its journal there, from now on and until
                       another DIR or "none" is given, and the service keeps the list of what a restore has to take away
                       again ("backup", "restore")
${SIGN_IN_HELP}
${SITE_HELP}`;

/** `healthcode serve`: the whole service. */
export const serveCommand: Command = { name: 'serve', summary: 'run the service', help: HELP, run };

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

async function run(args: readonly string[]): Promise<number> {
  const { site, config, demo, identityPort, archive } = readOptions(args);
  const log = createLog({
    clock: Date.now,
    write: (line) => process.stderr.write(line),
    onPersonalData: 'mask',
  });
  const stopped = whenAskedToStop();
  const installation = await openInstallation(site, Date.now(), {
    demo,
    ...(archive !== undefined && { archive }),
    onEvent: (event, error) => log.warn(`the database has ${EVENTS[event]}`, error && reasonOf(error)),
    onError: (error) => log.warn('a connection to the database broke', faultFields(error)),
  });
  let provider: DemoIdentity | undefined;
  let removals: ReturnType<typeof keepRemovalsIn>;
  try {
    refuseToMix(installation, demo);
    if (!demo && existsSync(join(installation.trustFolder, OFFLINE_FOLDER)))
      log.warn('the offline keys lie on this machine: hold a ceremony (docs/trust.md)');
    if (demo) {
      provider = await startDemoIdentity(installation.identity, { host: config.host, port: identityPort });
    }
    const signIn = provider ? { signIn: provider.signIn } : {};
    const service = await startService(installation, { ...config, ...signIn }, Date.now, log);
    removals = keepRemovalsIn(archive, site, installation, log);
    if (demo) await loadDemo(service.work);
    await tell(service, demo, log);
    await stopped;
    await service.stop();
    await removals?.stop();
  } finally {
    await provider?.stop();
    await installation.stop();
    // A connection to a database that is out of reach may never end, and nothing waits for it any more.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
  return EXIT.done;
}

/** Beside the backups, whether the journal is kept there by us or by a PostgreSQL of somebody's own. */
function keepRemovalsIn(archive: string | undefined, { place }: Site, { store }: Installation, log: Log) {
  const folder = archive ?? ('dataFolder' in place ? archiveIn(place.dataFolder) : undefined);
  if (folder === undefined || folder === 'none') return undefined;
  makeBackupFolder(folder, false);
  return keepRemovals({ db: store.app, folder, clock: Date.now, log });
}

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...SITE_OPTIONS,
      ...SIGN_IN_OPTIONS,
      host: { type: 'string', default: USUAL_HOST },
      port: { type: 'string', default: String(USUAL_PORT) },
      'public-origin': { type: 'string' },
      demo: { type: 'boolean', default: false },
      'identity-port': { type: 'string' },
      signer: { type: 'string' },
      archive: { type: 'string' },
      'pass-suite': { type: 'string', default: SUITES[0] },
    },
  });
  const { host, demo, 'public-origin': publicOrigin } = values;
  if (demo && !LOOPBACK.includes(host)) throw new UsageError('--demo serves this machine only');
  const port = wholeNumberOption('port', values.port, 0, 65_535);
  const usual = String(port === 0 ? 0 : USUAL_IDENTITY_PORT);
  const identityPort = wholeNumberOption('identity-port', values['identity-port'] ?? usual, 0, 65_535);
  const signIn = signInOf(values);
  if (demo && signIn) throw new UsageError('--demo has an identity provider of its own');
  const passSuite = SUITES.find((each) => each === values['pass-suite']);
  if (!passSuite) throw new UsageError(`--pass-suite is one of ${SUITES.join(', ')}`);
  const config: ServiceConfig = {
    ...{ host, port, passSuite, turnsCodes: true, version: RELEASE, nameRegion: createRegionNames() },
    ...(publicOrigin !== undefined && { publicOrigin }),
    ...(values.signer !== undefined && { signer: { socket: resolve(values.signer) } }),
    ...(signIn && { signIn }),
  };
  const site = siteOf(values);
  const archive = values.archive;
  if (archive !== undefined && archive !== 'none') refuseKeys(archive, site.keysFolder);
  return { site, config, demo, identityPort, archive };
}

const LINGER_MS = 1_000;
const EVENTS = { died: 'died', back: 'come back', failed: 'failed to start' } as const;

/** An `OperatorError` says what to do, such as to make room on a disk, and no more. */
function reasonOf(error: Error): Fields {
  return { ...faultFields(error), ...(error instanceof OperatorError && { why: error.message }) };
}

function refuseToMix({ identity }: Installation, demo: boolean): void {
  if (identity.isDemo === demo) return;
  throw new OperatorError(
    demo
      ? 'this database holds real people; --demo needs a data folder of its own'
      : 'this database was made for trying out and can never become a real one; serve it with --demo',
  );
}

async function tell({ url, work }: Service, demo: boolean, log: Log): Promise<void> {
  const hints = demo ? await whatToTry(work, url) : '';
  process.stdout.write(`Health Code ${RELEASE} is ready at ${url}\n${hints}`);
  log.info('ready', { url });
}

/** Answers at the first SIGTERM or Ctrl-C; the second one ends the process as it is. */
function whenAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}
