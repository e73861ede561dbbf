import type { Instant } from '../../../domain/time.ts';
import type { AccountSides } from '../../applications/sides/account-sides.ts';
import type { Installation } from '../../installation.ts';
import type { Issuing } from '../../passes/issuing.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import type { ReadCurrent } from '../read-current.ts';

/** What showing a code needs. */
export interface ShowingParts {
  readonly installation: Pick<Installation, 'store' | 'keys' | 'decision' | 'rules'>;
  readonly clock: () => Instant;
  readonly readCurrent: ReadCurrent;
  readonly accounts: AccountSides;
  readonly issuing: Issuing;
  /** Whether keys, rules or areas may be older than those of the others. */
  readonly isLate: () => boolean;
}

/** What keeping people up to date needs besides. */
export interface EventParts extends ShowingParts {
  /** Whether a session still counts; asked every second. */
  readonly isSignedIn: (session: CitizenSession) => boolean;
  readonly onFailure: (error: unknown) => void;
}
