import { isRole, type Role } from '../../../api/accounts/roles.ts';
import type { Fault } from '../../../domain/fault.ts';
import { readDocument } from '../../../domain/people/document.ts';
import { significantSteps } from '../../../domain/places/region.ts';
import type { StaffSession, VerifiedIdentity } from '../../platform/http/rules.ts';

/** What an identity provider says about somebody, as it came. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether a document was vouched for; `unreadable` names the fields that are wrong, and no value. */
export type Verification =
  | { readonly kind: 'verified'; readonly identity: VerifiedIdentity }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Reads `verified_claims` (OpenID Connect for Identity Assurance 1.0, section 5): an object or several, of which the
 * first counts whose `verification.trust_framework` is one of the given. `claims.name` and `claims.document` say who it
 * is; a document is `{type, number, issuer?}` as in evidence.
 */
export function readVerification(claims: Claims, trustFrameworks: readonly string[]): Verification {
  const { verified_claims: given } = claims;
  if (given === undefined || given === null) return { kind: 'none' };
  const trusted = [given].flat().find((one) => isTrusted(one, trustFrameworks));
  if (!trusted) return { kind: 'unreadable', why: 'verification.trust_framework is none of ours' };
  const { claims: inside } = trusted as { claims?: unknown };
  if (!isObject(inside)) return { kind: 'unreadable', why: 'claims is missing' };
  const faults: Fault[] = [];
  const name = readText(inside.name, LONGEST_NAME);
  const document = readDocument(inside.document, 'document', faults);
  if (document && name !== undefined) return { kind: 'verified', identity: { name, document } };
  const fields = [...(name === undefined ? ['name'] : []), ...faults.map(({ field }) => field)];
  return { kind: 'unreadable', why: `claims: ${fields.join(', ')}` };
}

/** What a provider says about a member of staff; undefined when a part is missing or no role is known here. */
export function readStaff(
  claims: Claims,
  twoFactorAcr: readonly string[],
): Pick<StaffSession, 'roles' | 'territory' | 'authority'> | undefined {
  const { healthcode_roles: named, healthcode_territory: territory, acr } = claims;
  const authority = readText(claims.healthcode_authority, LONGEST_NAME);
  const roles = readRoles(named);
  const hasTwoFactors = typeof acr === 'string' && twoFactorAcr.includes(acr);
  const isPlaced = typeof territory === 'string' && TERRITORY.test(territory);
  if (!hasTwoFactors || roles.length === 0 || !isPlaced || authority === undefined) return undefined;
  return { roles, territory: significantSteps(territory), authority };
}

const LONGEST_NAME = 100;
/** A code of GB/T 2260, or its leading steps. */
const TERRITORY = /^[1-9]\d(?:\d{2}(?:\d{2}(?:\d{3}(?:\d{3})?)?)?)?$/;

function readRoles(named: unknown): Role[] {
  if (!Array.isArray(named)) return [];
  return [...new Set(named.filter((one): one is Role => typeof one === 'string' && isRole(one)))];
}

function isTrusted(one: unknown, trustFrameworks: readonly string[]): boolean {
  if (!isObject(one) || !isObject(one.verification)) return false;
  const { trust_framework: framework } = one.verification;
  return typeof framework === 'string' && trustFrameworks.includes(framework);
}

/** A text that a person can read, such as a name: nothing in it steers what prints it. */
function readText(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.normalize('NFC').trim();
  return text !== '' && text.length <= longest && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)
    ? text
    : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
