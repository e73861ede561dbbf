import type { ServiceConfig, SignIn } from '../../config.ts';
import { OperatorError } from '../../platform/operator-error.ts';

const LOOPBACK = ['127.0.0.1', '[::1]', '::1', 'localhost'];

/**
 * Holds what is configured for signing in to what keeps it safe: nothing about it travels in the clear but on this machine.
 *
 * @throws {OperatorError} which says what to change
 */
export function checkSignIn({
  signIn,
  publicOrigin,
  host,
}: Pick<ServiceConfig, 'signIn' | 'publicOrigin' | 'host'>): SignIn | undefined {
  if (!signIn) return undefined;
  if (!isSafe(signIn.issuer))
    throw new OperatorError('the issuer must be an https URL, or lie on this machine (127.0.0.1)');
  if (publicOrigin === undefined && !LOOPBACK.includes(host))
    throw new OperatorError('to sign in, browsers need a name for the service: --public-origin https://…');
  if (publicOrigin !== undefined && !isSafe(publicOrigin))
    throw new OperatorError('to sign in, --public-origin must be https, or lie on this machine (127.0.0.1)');
  if (signIn.clientId === '' || signIn.clientSecret === '')
    throw new OperatorError(
      'to sign in, the identity provider must know the service: a client id and a secret',
    );
  return signIn;
}

/** Whether the service speaks to an address over TLS, or within this machine. */
export function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
