/** How much a caller may take of the service. Times in seconds, sizes in bytes. */
export interface Limits {
  /** The largest body of a request, where a route says nothing else. */
  readonly bodyBytes: number;
  /** How long a body may take to arrive, where a route says nothing else. */
  readonly bodySeconds: number;
  /** How long the headers may take to arrive. */
  readonly headersSeconds: number;
  /** How long a whole request may take to arrive, whatever its route says. */
  readonly requestSeconds: number;
  /** How long a connection may be silent while a request is under way. */
  readonly silenceSeconds: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveSeconds: number;
  readonly headerBytes: number;
  readonly requestsPerConnection: number;
  /** How many connections may be open; more are ended as soon as they come. */
  readonly connections: number;
  /** How many requests may be under way; more are turned away at once. */
  readonly running: number;
  /** How often connections that are too slow are looked for. */
  readonly checkSeconds: number;
}

/**
 * A request may take long to arrive only on a route that reads a stream, which slows its sender down to its own
 * pace: hence the long `requestSeconds` beside the short `bodySeconds`.
 */
export const USUAL_LIMITS: Limits = {
  bodyBytes: 1_048_576,
  bodySeconds: 15,
  headersSeconds: 10,
  requestSeconds: 300,
  silenceSeconds: 120,
  keepAliveSeconds: 65,
  headerBytes: 16_384,
  requestsPerConnection: 10_000,
  // As many as listen for changes at most, and so many more that to turn all of them away takes a twentieth of a second.
  connections: 12_500,
  running: 256,
  checkSeconds: 1,
};

/** How the service stops. */
export interface Drain {
  /** How long it goes on as before while `/readyz` already says no, so that a balancer looks elsewhere. */
  readonly noticeSeconds: number;
  /** How long an open connection may bring one more request. */
  readonly lastRequestSeconds: number;
  /** After so long whatever still runs is cut off. */
  readonly longestSeconds: number;
}

export const USUAL_DRAIN: Drain = { noticeSeconds: 0, lastRequestSeconds: 1, longestSeconds: 30 };
