import pg from 'pg';

/**
 * What a failure of a statement means for who asked:
 * - `unavailable`: the database, or the node that holds these rows, is away or full; the same may work later
 * - `conflict`: another transaction was in the way; the same, tried again, works
 * - `duplicate`: a row with this key is there
 * - `invalid`: a value that the column or a constraint refuses
 * - `forbidden`: the role may not do it
 * - `defect`: everything else, which is a mistake in the program
 */
export type FailureKind = 'unavailable' | 'conflict' | 'duplicate' | 'invalid' | 'forbidden' | 'defect';

/** A statement that failed. It holds no value of a row or of a parameter, so it may be logged. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly kind: FailureKind;
  /** The SQLSTATE (PostgreSQL, Appendix A), or Node's code of a connection that failed. */
  readonly code: string;
  /** The constraint that refused a row. */
  readonly constraint: string | undefined;
  /** Whether the server has said so: then it is there, and perhaps only a node behind it is away. */
  readonly isReported: boolean;

  constructor(
    kind: FailureKind,
    code: string,
    message: string,
    { constraint, isReported = false }: Partial<Pick<DatabaseError, 'constraint' | 'isReported'>> = {},
  ) {
    super(`${message} (${code})`);
    this.kind = kind;
    this.code = code;
    this.constraint = constraint;
    this.isReported = isReported;
  }
}

/** What a statement, a connection or a pool has thrown, as an error of ours; the values that PostgreSQL repeats are gone. */
export function failureOf(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof pg.DatabaseError) {
    const sqlState = code ?? 'XX000';
    return new DatabaseError(kindOf(sqlState, message), sqlState, safeMessage(sqlState, message), {
      constraint: error.constraint,
      isReported: true,
    });
  }
  if (code !== undefined || LOST.test(message))
    return new DatabaseError('unavailable', code ?? CONNECTION_FAILURE, 'the database is not reached');
  return new DatabaseError('defect', 'XX000', message);
}

/** What `pg` says, without a code, of a connection that is gone, or where it waited in vain for it or for an answer. */
const LOST =
  /^Connection terminated|timeout exceeded when trying to connect|is not queryable|[Tt]imeout expired|^Query read timeout/;
const CONNECTION_FAILURE = '08006';

const KINDS: Readonly<Record<string, FailureKind>> = {
  '08': 'unavailable',
  '53': 'unavailable',
  '58': 'unavailable',
  '57P': 'unavailable',
  // A transaction that stood still for so long that the server has ended it.
  '25P03': 'unavailable',
  // A statement that took longer than it may.
  '57014': 'unavailable',
  // A server that has become a standby.
  '25006': 'unavailable',
  '40': 'conflict',
  '55P03': 'conflict',
  '23505': 'duplicate',
  '22': 'invalid',
  '23': 'invalid',
  '42501': 'forbidden',
};

function kindOf(sqlState: string, message: string): FailureKind {
  // Two changes of one row of the catalogue, which PostgreSQL gives no state of its own.
  if (message === 'tuple concurrently updated') return 'conflict';
  return KINDS[sqlState] ?? KINDS[sqlState.slice(0, 3)] ?? KINDS[sqlState.slice(0, 2)] ?? 'defect';
}

/** Data exceptions (class 22) quote the value. The messages of all others name columns, constraints and objects only. */
function safeMessage(sqlState: string, message: string): string {
  return sqlState.startsWith('22') ? 'a value has the wrong form' : message;
}
