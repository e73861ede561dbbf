import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SUITES } from '../../credential/suites.ts';
import { type ServiceConfig, USUAL_HOST, USUAL_PORT } from '../../server/config.ts';
import { type Installation, openInstallation } from '../../server/installation.ts';
import { OFFLINE_FOLDER } from '../../server/passes/trust/trust-folder.ts';
import { faultFields } from '../../server/platform/log/fault-fields.ts';
import { createLog, type Fields, type Log } from '../../server/platform/log/log.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
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
                        [--keys DIR] [--signer SOCKET] [--pass-suite SUITE]

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
${SIGN_IN_HELP}
${SITE_HELP}`;

/** `healthcode serve`: the whole service. */
export const serveCommand: Command = { name: 'serve', summary: 'run the service', help: HELP, run };

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

async function run(args: readonly string[]): Promise<number> {
  const { site, config, demo, identityPort } = readOptions(args);
  const log = createLog({
    clock: Date.now,
    write: (line) => process.stderr.write(line),
    onPersonalData: 'mask',
  });
  const stopped = whenAskedToStop();
  const installation = await openInstallation(site, Date.now(), {
    demo,
    onEvent: (event, error) => log.warn(`the database has ${EVENTS[event]}`, error && reasonOf(error)),
    onError: (error) => log.warn('a connection to the database broke', faultFields(error)),
  });
  let provider: DemoIdentity | undefined;
  try {
    refuseToMix(installation, demo);
    if (!demo && existsSync(join(installation.trustFolder, OFFLINE_FOLDER)))
      log.warn('the offline keys lie on this machine: hold a ceremony (docs/trust.md)');
    if (demo) {
      provider = await startDemoIdentity(installation.identity, { host: config.host, port: identityPort });
    }
    const signIn = provider ? { signIn: provider.signIn } : {};
    const service = await startService(installation, { ...config, ...signIn }, Date.now, log);
    if (demo) await loadDemo(service.work);
    await tell(service, demo, log);
    await stopped;
    await service.stop();
  } finally {
    await provider?.stop();
    await installation.stop();
    // A connection to a database that is out of reach may never end, and nothing waits for it any more.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
  return EXIT.done;
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
  return { site: siteOf(values), config, demo, identityPort };
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
