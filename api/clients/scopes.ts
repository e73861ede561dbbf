/** What a client may be allowed to do. A route asks for one of these; a client is registered with some. */
export const SCOPES = {
  'evidence:write': 'State evidence, as one of the sources of the client.',
  'evidence:read': 'Read what became of stated evidence: batches and quarantine.',
  'evidence:approve': 'Approve, with another one, what one authority may not do alone.',
  'assessments:read': 'Read assessments and why they are as they are.',
  'checks:write': 'Ask whether a door opens for somebody.',
  'reports:write': 'Hand in test reports from elsewhere.',
  'areas:write': 'Publish official lists of risk areas.',
} as const;

export type Scope = keyof typeof SCOPES;

/** Whether a text names a scope. */
export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
