/** How much depends on an answer, what is turned away first first (docs/operations.md). */
export const IMPORTANCES = [
  /** Figures, lists and live screens: they show what is known anyway. */
  'overview',
  /** What was: the own past, who looked, what waits in quarantine, and look-ups by staff. */
  'history',
  /** Advice and descriptions that stay the same. */
  'help',
  /** What may be sent again: evidence, applications. */
  'deferrable',
  /** What somebody needs in order to show a code. */
  'showing',
  /** What a door needs in order to decide. */
  'checking',
] as const;

/** `vital`: what watches over the service; answered however much there is to do. */
export type Importance = (typeof IMPORTANCES)[number] | 'vital';

/** The share of all places up to which each may fill them: what is left is kept for what is more important. */
export const SHARES: Readonly<Record<(typeof IMPORTANCES)[number], number>> = {
  overview: 0.4,
  history: 0.5,
  help: 0.6,
  deferrable: 0.7,
  showing: 0.8,
  checking: 1,
};

/** Of a route that does not say: the tests hold that each does. */
export const UNSAID: Importance = 'overview';
