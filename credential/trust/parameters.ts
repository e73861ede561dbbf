/** What a province may set about the pass. It stands in the signed key list, so that each gate goes by the same. */
export interface TrustParameters {
  /** How long an online pass counts. */
  readonly onlineSeconds: number;
  /** How long a showing by a phone counts. */
  readonly showSeconds: number;
  /** How long a printed code counts. */
  readonly paperDays: number;
  /** How long an epoch lasts, and how long after midnight of 1970-01-01 (UTC) epoch 0 began. */
  readonly epochSeconds: number;
  readonly epochOffsetSeconds: number;
  /** How many epochs to come a phone may hold passes for. */
  readonly epochsAhead: number;
  /** How far the clock of a gate may be from that of the service. */
  readonly clockDriftSeconds: number;
  /** How old the lists of a gate may be. */
  readonly statusStaleSeconds: number;
  /** How many rule keys have to sign a rule bundle. */
  readonly rulesThreshold: number;
}

/** What holds where nothing else is set: epochs of six hours, which begin in China at 3, 9, 15 and 21 o'clock. */
export const USUAL_PARAMETERS: TrustParameters = {
  onlineSeconds: 60,
  showSeconds: 15,
  paperDays: 30,
  epochSeconds: 21_600,
  epochOffsetSeconds: 3_600,
  epochsAhead: 4,
  clockDriftSeconds: 5,
  statusStaleSeconds: 21_600,
  rulesThreshold: 2,
};

/** The least and the most that a province may set. */
const BOUNDS: Readonly<Record<keyof TrustParameters, readonly [least: number, most: number]>> = {
  onlineSeconds: [10, 600],
  showSeconds: [5, 60],
  paperDays: [1, 366],
  epochSeconds: [3_600, 86_400],
  epochOffsetSeconds: [0, 86_399],
  epochsAhead: [0, 4],
  clockDriftSeconds: [0, 60],
  statusStaleSeconds: [60, 604_800],
  rulesThreshold: [1, 100],
};
/** Passes and lists are numbered by epochs, so those of an installation stay as they are. */
const STAYING = ['epochSeconds', 'epochOffsetSeconds'] as const;

/**
 * Parameters with some changed, as an object of a JSON file names them; for those of a new installation, or after those in
 * force.
 *
 * @throws {RangeError} that says what cannot be
 */
export function changeParameters(before: TrustParameters, changes: unknown, isNew: boolean): TrustParameters {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes))
    throw new RangeError('parameters are an object of names and numbers');
  for (const [name, value] of Object.entries(changes)) {
    const bounds = Object.hasOwn(BOUNDS, name) && BOUNDS[name as keyof TrustParameters];
    if (!bounds) throw new RangeError(`there is no parameter ${name}`);
    const [least, most] = bounds;
    if (!Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`${name} is a whole number from ${least} to ${most}`);
  }
  const after = { ...before, ...(changes as Partial<TrustParameters>) };
  const moved = STAYING.find((name) => after[name] !== before[name]);
  if (moved && !isNew) throw new RangeError(`${moved} is set when an installation is founded, and stays`);
  return after;
}
