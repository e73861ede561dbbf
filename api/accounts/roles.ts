/** What members of staff may do; the identity provider says who has which role. */
export const ROLES = {
  verifier: 'Check codes at a door.',
  counter: 'Confirm documents at a counter, after seeing them.',
} as const;

export type Role = keyof typeof ROLES;

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}
