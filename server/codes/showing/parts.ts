import type { CodeStatus } from '../../../api/applications/applications.ts';
import type { Notice } from '../../../api/codes/my-code.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import type { ReadCurrent } from '../read-current.ts';

/** What showing a code needs. */
export interface ShowingParts {
  readonly installation: Pick<Installation, 'store' | 'keys' | 'decision' | 'rules'>;
  readonly clock: () => Instant;
  readonly readCurrent: ReadCurrent;
  /** How an account stands with its code. Asked at each look, so it is to be read for many at once. */
  readonly accountOf: (accountId: string) => Promise<AccountSide>;
  /** Whether keys, rules or areas may be older than those of the others. */
  readonly isLate: () => boolean;
}

/** How an account stands with its code, and what it was told. */
export interface AccountSide {
  /** Tells this state from every other of the account. */
  readonly mark: string;
  readonly status: CodeStatus;
  /** While something waits for a counter: what to show there. */
  readonly reference?: string;
  /** The name of whose code it is, not masked. */
  readonly name?: string;
  readonly notices: readonly Notice[];
}

/** What keeping people up to date needs besides. */
export interface EventParts extends ShowingParts {
  /** Whether a session still counts; asked every second. */
  readonly isSignedIn: (session: CitizenSession) => boolean;
  readonly onFailure: (error: unknown) => void;
}
