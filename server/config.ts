import type { Suite } from '../credential/suites.ts';
import type { Limits } from './platform/http/load/limits.ts';

/** How the service runs. Addresses and secrets are given by whoever starts it, never stored here. */
export interface ServiceConfig {
  /** The address it listens on; only this machine reaches it unless another is given. */
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** Scheme and host under which clients reach it, when something stands in front of it. */
  readonly publicOrigin?: string;
  /** Whether this process also keeps everyone's conclusion current. Another one must, if not. */
  readonly turnsCodes: boolean;
  /** The signer that runs already; when missing, one is started as a child. */
  readonly signer?: { readonly socket: string };
  /** By which suite passes are signed; ES256 when missing. */
  readonly passSuite?: Suite;
  /** Whether this process may publish the lists of statuses; true when missing. Of all that may, one does. */
  readonly publishes?: boolean;
  /** Missing where nobody can sign in. */
  readonly signIn?: SignIn;
  readonly limits?: Partial<Limits>;
  /** The name of a region in words, by its code; without it a region is named by the code. */
  readonly nameRegion?: (region: string) => string | undefined;
  readonly version: string;
}

/** With whom people and staff sign in: an identity provider that speaks OpenID Connect (S3). */
export interface SignIn {
  /** Its issuer identifier, an `https` URL; over plain HTTP on this machine only. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The scopes that are asked for; `openid` alone when missing. */
  readonly scope?: string;
  /** The trust frameworks whose verification of a document counts. Without one nobody is verified. */
  readonly trustFrameworks: readonly string[];
  /** The values of `acr` that stand for two factors. Without one no member of staff signs in. */
  readonly twoFactorAcr: readonly string[];
}

export const USUAL_HOST = '127.0.0.1';
export const USUAL_PORT = 8_080;
