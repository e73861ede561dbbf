import type { Scope } from '../../../api/clients/scopes.ts';

/** The client on whose behalf a request runs. */
export interface Client {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  /** The sources whose evidence it may state. */
  readonly sources: readonly string[];
}

/** Who may call a route: anyone, or a client with a scope. */
export type Access = 'open' | { readonly scope: Scope };

/** What holds for a route. Each route must say who may call it; the service does not start otherwise. */
export interface Rules {
  readonly access: Access;
  /** Whether a reply is given again when the same `Idempotency-Key` comes again. */
  readonly idempotent?: boolean;
  /** How long the body may take to arrive; {@link Limits} says the usual. */
  readonly bodySeconds?: number;
  /** Answered however much there is to do: what watches over the service. */
  readonly vital?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rules?: Rules;
  }
  interface FastifyRequest {
    /** Who asks; null on an open route. */
    client: Client | null;
  }
}

/** Anyone may call this. */
export const open: Rules = { access: 'open' };

/** Only a client with this scope may call this. */
export function accepts(scope: Scope): Rules & { readonly access: { readonly scope: Scope } } {
  return { access: { scope } };
}
