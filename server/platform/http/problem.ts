import type { FieldFault, ProblemCode, ProblemReply } from '../../../api/problem.ts';
import { personalData } from '../log/personal-data.ts';

/** Something expected went wrong, and the caller can be told. Anything else thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly FieldFault[];
  /** Headers of the reply, in lower case, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  /** `detail` is shown to the caller: no personal data. */
  constructor(
    code: ProblemCode,
    detail: string,
    { errors = [], headers = {}, ...options }: ProblemOptions = {},
  ) {
    super(detail, options);
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}

/** What a problem says besides its code. */
export interface ProblemOptions extends ErrorOptions {
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A problem that passes: the caller is told when to try again. */
export function passingProblem(code: ProblemCode, detail: string, retryAfterSeconds: number): Problem {
  return new Problem(code, detail, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
  });
}

const TABLE: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  invalid: [400, 'The request breaks a rule'],
  unauthenticated: [401, 'It is not known who asks'],
  'not-allowed': [403, 'The one who asks may not do this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This cannot be done with that'],
  timeout: [408, 'The request took too long to arrive'],
  conflict: [409, 'Something else stands in the way'],
  'too-large': [413, 'The request is too large'],
  'uri-too-long': [414, 'The address is too long'],
  'unsupported-media-type': [415, 'This kind of content is not read here'],
  'idempotency-mismatch': [422, 'The idempotency key was used for something else'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'The headers are too large'],
  internal: [500, 'A fault of the service'],
  overloaded: [503, 'The service has too much to do'],
  unavailable: [503, 'The service cannot answer now'],
};

/** The HTTP status of a code. */
export function statusOf(code: ProblemCode): number {
  return TABLE[code][0];
}

/** A use case that puts a number into a detail is wrong, but must not make it worse. */
const guard = personalData();

/** What the caller is told about a problem (RFC 9457). */
export function problemReply({ code, message, errors }: Problem, requestId: string): ProblemReply {
  const [status, title] = TABLE[code];
  const detail = guard.mask(message);
  return {
    type: `urn:healthcode:problem:${code}`,
    title,
    status,
    code,
    ...(detail === '' ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors: [...errors] }),
    instance: `urn:uuid:${requestId}`,
  };
}
