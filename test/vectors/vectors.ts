import type { Form } from '../../credential/pass.ts';
import type { RefusalReason } from '../../credential/refusals.ts';
import type { Status } from '../../credential/status-view.ts';
import type { Suite } from '../../credential/suites.ts';
import type { KeyUse } from '../../credential/trust/keys.ts';
import type { TrustParameters } from '../../credential/trust/parameters.ts';

/** The known answers of `credential/vectors.json`. Times are RFC 3339, bytes are hexadecimal. */
export interface Vectors {
  readonly about: string;
  readonly province: string;
  readonly parameters: TrustParameters;
  readonly keys: readonly KeyVector[];
  readonly lists: ListsVector;
  readonly passes: readonly PassVector[];
  readonly refusals: readonly RefusalVector[];
  readonly hints: readonly HintVector[];
}

export interface KeyVector {
  readonly kid: string;
  readonly use: KeyUse;
  readonly suite: Suite;
  readonly publicKey: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly revokedAt?: string;
  readonly province: string;
}

/** What the lists say of some indexes; of all others that they are green. */
export interface ListsVector {
  readonly epoch: number;
  readonly at: string;
  readonly people: Readonly<Record<string, Status>>;
  readonly cards: Readonly<Record<string, Status>>;
}

export interface PassVector {
  readonly name: string;
  readonly form: Form;
  readonly suite: Suite;
  readonly text: string;
  readonly at: string;
  /** The pass, as it is read. */
  readonly pass: unknown;
  readonly shownAt?: string;
  /** The Sig_structures: of the issuer, and of the phone. */
  readonly signed: readonly string[];
  /** What a gate with the lists concludes. */
  readonly conclusion: unknown;
}

export interface RefusalVector {
  readonly name: string;
  readonly text: string;
  readonly at: string;
  readonly reason: RefusalReason;
  readonly offsetSeconds?: number;
}

export interface HintVector {
  readonly epoch: number;
  readonly index: number;
  readonly documentType: string;
  readonly number: string;
  /** What is digested. */
  readonly input: string;
  readonly hint: number;
}
