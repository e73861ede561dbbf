import type { Role } from '../../../api/accounts/roles.ts';
import type { Scope } from '../../../api/clients/scopes.ts';
import type { Document } from '../../../domain/people/document.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Importance } from './load/importance.ts';

/** The client system on whose behalf a request runs. */
export interface Client {
  readonly clientId: string;
  /** Of the system; whoever was looked up reads it. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The sources whose evidence it may state. */
  readonly sources: readonly string[];
}

/** What an identity provider has verified about somebody. */
export interface VerifiedIdentity {
  readonly name: string;
  readonly document: Document;
}

/** Somebody who has signed in as themselves. */
export interface CitizenSession {
  readonly kind: 'citizen';
  readonly sessionId: string;
  readonly accountId: string;
  /** Whose code the account shows; missing before an application is confirmed. */
  readonly personId?: string;
  readonly signedInAt: Instant;
  readonly verified?: VerifiedIdentity;
}

/** A member of staff who has signed in with two factors. */
export interface StaffSession {
  readonly kind: 'staff';
  readonly sessionId: string;
  readonly accountId: string;
  /** The authority, as people read it when they ask who looked. */
  readonly authority: string;
  readonly roles: readonly Role[];
  /** The region in which the roles hold: the leading digits of a code; `33` for the province. */
  readonly territory: string;
  readonly signedInAt: Instant;
}

export type Session = CitizenSession | StaffSession;

/** What a caller must be for a route: any one of what is named here. */
export interface Demands {
  /** A client system with this scope. */
  readonly scope?: Scope;
  /** Somebody who has signed in as themselves. */
  readonly citizen?: true;
  /** A member of staff with this role. */
  readonly role?: Role;
  /** Somebody who has signed in, as whatever. */
  readonly signedIn?: true;
}

/** Who may call a route: anyone, or one who is what it demands. */
export type Access = 'open' | Demands;

/** What holds for a route. Each route must say who may call it; the service does not start otherwise. */
export interface Rules {
  readonly access: Access;
  /** Whether a reply is given again when the same `Idempotency-Key` comes again. */
  readonly idempotent?: boolean;
  /** How long the body may take to arrive; {@link Limits} says the usual. */
  readonly bodySeconds?: number;
  /** How much depends on an answer when there is too much to do. Missing: what is turned away first. */
  readonly importance?: Importance;
  /** Sent from memory as soon as it is asked for: it holds no place, and is never turned away. */
  readonly standsReady?: boolean;
  /** A browser opens it to show what comes: whoever is turned away there reads a page, not a problem. */
  readonly isPage?: boolean;
  /** The reply stays open, so that it is not counted among what is under way; the route says how many there may be. */
  readonly lasting?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    rules?: Rules;
  }
  interface FastifyInstance {
    /** Aborted when the service is stopping: whoever holds a reply open ends it then. */
    stopping: AbortSignal;
  }
  interface FastifyRequest {
    /** What holds for its route; null where there is none. */
    rules: Rules | null;
    /** The client system that asks; null when none does. */
    client: Client | null;
    /** Who is signed in and asks; null when nobody is, or a client system asks. */
    session: Session | null;
  }
}

/** Anyone may call this. */
export const open = { access: 'open' } as const satisfies Rules;

/** Anyone may fetch this, gates above all: it stands ready in memory, so that sending it takes no longer than to turn somebody away. */
export const ready = { access: 'open', importance: 'checking', standsReady: true } as const satisfies Rules;

/** Only somebody who has signed in as themselves may call this. */
export const citizen = { access: { citizen: true } } as const satisfies Rules;

/** Anyone who has signed in may call this, as themselves or as staff. */
export const signedIn = { access: { signedIn: true } } as const satisfies Rules;

/** Only a client with this scope may call this. */
export function accepts(scope: Scope): Rules & { readonly access: { readonly scope: Scope } } {
  return { access: { scope } };
}

/** Only a member of staff with this role may call this. */
export function staff(role: Role): Rules & { readonly access: { readonly role: Role } } {
  return { access: { role } };
}

/** A client with the scope may call this, and a member of staff with the role. */
export function either(
  scope: Scope,
  role: Role,
): Rules & { readonly access: { readonly scope: Scope; readonly role: Role } } {
  return { access: { scope, role } };
}
