import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignIn } from '../../../server/config.ts';
import type { Identity } from '../../../server/platform/db/identity.ts';
import { OperatorError } from '../../../server/platform/operator-error.ts';
import { DEMO_ACCOUNTS, DEMO_FRAMEWORK, type DemoAccount } from './accounts.ts';
import { answerInteractions } from './interactions.ts';
import { ACR, makeProvider } from './provider.ts';

/** An identity provider for trying out, as long as it runs. */
export interface DemoIdentity {
  /** How the service signs people in with it. */
  readonly signIn: SignIn;
  readonly stop: () => Promise<void>;
}

/** How it is started. */
export interface DemoIdentityOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Who can sign in, asked each time; the demo people when missing. */
  readonly accounts?: () => readonly DemoAccount[];
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const CLIENT_ID = 'healthcode';

/**
 * Starts an identity provider at which anybody is whom they like. So it runs on this machine only, beside a database that
 * was made for trying out, which can never become a real one.
 *
 * @throws {OperatorError} for any other
 */
export async function startDemoIdentity(
  { isDemo }: Pick<Identity, 'isDemo'>,
  { host, port, accounts = () => DEMO_ACCOUNTS }: DemoIdentityOptions,
): Promise<DemoIdentity> {
  if (!isDemo)
    throw new OperatorError('the identity provider for trying out needs a database made for trying out');
  if (!LOOPBACK.includes(host))
    throw new OperatorError('the identity provider for trying out serves this machine only');
  const server = createServer();
  const address = await listen(server, host, port);
  const issuer = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
  const client = { clientId: CLIENT_ID, clientSecret: randomBytes(32).toString('base64url') };
  const provider = await makeProvider(issuer, client, (id) => accounts().find((one) => one.id === id));
  const interactions = answerInteractions(provider, accounts);
  const others = provider.callback();
  server.on('request', (request, response) => {
    forgetSession(request);
    if (!request.url?.startsWith('/interaction/')) return others(request, response);
    interactions(request, response).catch(() => response.destroy());
  });
  return {
    signIn: { issuer, ...client, trustFrameworks: [DEMO_FRAMEWORK], twoFactorAcr: [ACR.two] },
    stop: () => close(server),
  };
}

/** Nobody stays signed in with the provider: whoever tries out wants to be somebody else the next time. */
function forgetSession({ headers }: IncomingMessage): void {
  const kept = (headers.cookie ?? '').split(/; */).filter((cookie) => cookie.startsWith('_interaction'));
  headers.cookie = kept.join('; ');
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        isTaken
          ? new OperatorError(`port ${port} of this machine is taken; --identity-port names another`)
          : error,
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
