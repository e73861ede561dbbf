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
  readonly limits?: Partial<Limits>;
  readonly version: string;
}

export const USUAL_HOST = '127.0.0.1';
export const USUAL_PORT = 8_080;
