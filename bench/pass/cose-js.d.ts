/** What the benchmark uses of a package that brings no types. */
declare module 'cose-js' {
  export const sign: {
    /** Gives the payload of a COSE_Sign1; throws when its signature does not hold. */
    readonly verifySync: (
      message: Uint8Array,
      verifier: { readonly key: { readonly x: Uint8Array; readonly y: Uint8Array } },
    ) => Uint8Array;
  };
}
