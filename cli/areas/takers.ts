import type { PlaceRegister } from '../../domain/places/history.ts';
import type { Instant } from '../../domain/time.ts';
import type { Installation } from '../../server/installation.ts';
import { areaReach } from '../../server/places/concern/area-reach.ts';
import { findConcerned } from '../../server/places/concern/find-concerned.ts';
import { createListImporter, type Outcome } from '../../server/places/import-list.ts';
import { readAreaDocument } from '../../server/places/read-document.ts';
import { createListIntake } from './intake.ts';

/** Takes official lists and areas, in their order, and says what became of each. */
export interface Taker {
  /** Whether it keeps what it takes, and so goes on when nobody reads what becomes of it. */
  readonly keeps: boolean;
  /** How many documents it takes at once at most. */
  readonly most: number;
  readonly take: (values: readonly unknown[]) => Promise<readonly Outcome[]>;
  /** Puts the list of a time that is held in force; undefined when none is. */
  readonly accept: (time: Instant) => Promise<Outcome | undefined>;
}

/** Says what documents are, and changes nothing. */
export function tryOut(accepted: ReadonlySet<Instant>): Taker {
  const judge = createListIntake({ receivedAt: Date.now(), accepted });
  const takeOne = (value: unknown): Outcome => {
    const { document, faults } = readAreaDocument(value);
    if (!document) return { faults };
    return document.form === 'area' ? { area: document.area } : judge(document.snapshot);
  };
  return {
    keeps: false,
    most: 1,
    take: async (values) => values.map(takeOne),
    accept: async () => undefined,
  };
}

/** How many documents are written down in one transaction. */
const TOGETHER = 64;

/** Takes documents into the database of an installation. */
export function takeInto(
  { store }: Installation,
  register: () => PlaceRegister,
  accepted: ReadonlySet<Instant>,
): Taker {
  const importer = createListImporter({
    database: store.app,
    register,
    clientId: 'operator',
    clock: Date.now,
  });
  return {
    keeps: true,
    most: TOGETHER,
    take: (values) => importer.take(values, accepted),
    accept: importer.accept,
  };
}

/** Makes due everyone whom the changes of the areas concern, and returns how many that are. */
export function concernPeople({ store, rules }: Installation): Promise<number> {
  const now = Date.now();
  return findConcerned(
    store.app,
    { ...areaReach([rules.at(now).compiled]), inForce: rules.inForceAt(now) },
    now,
  );
}
