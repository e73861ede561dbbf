import type { Static, TSchema } from 'typebox';

/** The folder of the address space that all routes lie in. */
export const API_ROOT = '/api/v1';

/**
 * One thing that the service does, as both sides see it: the server validates by it, the OpenAPI document is
 * made from it, the client gets its types from it. `path` lies below {@link API_ROOT} and writes parameters
 * as `:name`.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  /** The name of the operation, `verbNoun`; unique. */
  readonly name: string;
  readonly summary: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly reply: TSchema;
  /** The status of a reply without a problem; 200 when missing. */
  readonly status?: 200 | 201 | 202;
}

/** Declares a route and keeps the types of its schemas. */
export function route<const T extends Route>(declared: T): T {
  return declared;
}

/** The type of a part of a route; `undefined` where the route has no such part. */
export type Part<
  R extends Route,
  Name extends 'params' | 'query' | 'body' | 'reply',
> = R[Name] extends TSchema ? Static<R[Name]> : undefined;

type Given<R extends Route, Name extends 'params' | 'query' | 'body'> = R[Name] extends TSchema
  ? { readonly [Key in Name]: Static<R[Name]> }
  : unknown;

/** What a caller of a route gives. */
export type Input<R extends Route> = Given<R, 'params'> & Given<R, 'query'> & Given<R, 'body'>;
