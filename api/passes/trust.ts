/**
 * What a gate needs to decide offline, for anyone, cacheable (ETag, max-age). Each is one file; `healthcode trust export`
 * writes the same tree for any static host.
 *
 * - `/trust/keys`: the key list, signed by the roots of the province. COSE_Sign, `application/cose`.
 * - `/trust/rules`: the rule bundle in force, signed by m of n rule keys. COSE_Sign, `application/cose`.
 * - `/trust/status/head`: which lists there are now. COSE_Sign1, `application/cose`, max-age of a few seconds.
 * - `/trust/status/<epoch>`: the base of an epoch, gap-coded. COSE_Sign1, `application/cose`.
 * - `/trust/status/<epoch>-d<number>`: a delta. `/trust/status/<epoch>-s<number>`: the deltas 1 to number in one.
 * - `/trust/status/<epoch>-t<number>`: the base once more as Token Status Lists of 2^20 entries each (IETF),
 *   `application/statuslist+cwt`.
 */
export const TRUST_PATHS = {
  keys: '/trust/keys',
  rules: '/trust/rules',
  status: '/trust/status/:list',
} as const;
