/**
 * How signatures are made. ES256: ECDSA on P-256 with SHA-256 (RFC 9053 2.1). SM2: SM2 with SM3 on its own curve
 * (GB/T 32918.2), user ID `1234567812345678`; COSE has no number for it, so it has one of private use.
 */
export const SUITES = ['ES256', 'SM2'] as const;
export type Suite = (typeof SUITES)[number];

/** The numbers of the suites in the header `alg` (RFC 9052 3.1). */
export const ALGORITHMS: Readonly<Record<Suite, number>> = { ES256: -7, SM2: -65_538 };

/** Both suites: a compressed point (SEC 1, 2.3.3), and r and s of 32 bytes each. */
export const PUBLIC_KEY_BYTES = 33;
export const SIGNATURE_BYTES = 64;

/** A signature that has to hold before a text may be believed. */
export interface SignatureCheck {
  readonly suite: Suite;
  /** A compressed point, {@link PUBLIC_KEY_BYTES}. */
  readonly publicKey: Uint8Array;
  /** What was signed: the bytes of the Sig_structure (RFC 9052 4.4), before any digest. */
  readonly message: Uint8Array;
  /** r and s, {@link SIGNATURE_BYTES}. */
  readonly signature: Uint8Array;
}

/** Whether a signature holds; whoever reads passes it in: `node:crypto` at a gate, WebCrypto in a browser. */
export type Verify = (check: SignatureCheck) => boolean;
export type VerifyLater = (check: SignatureCheck) => boolean | Promise<boolean>;
