import { Readable } from 'node:stream';
import { SOURCES } from '../../domain/evidence/fact.ts';
import { createPlaceRegister } from '../../domain/places/history.ts';
import { createPlaceResolver } from '../../domain/places/resolve-place.ts';
import { readSnapshot } from '../../domain/places/snapshot.ts';
import { dayOf, type Instant, parseInstant } from '../../domain/time.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { deliver } from '../../server/evidence/deliver.ts';
import { incomingFrom } from '../../server/evidence/deliver-lines.ts';
import type { Incoming } from '../../server/evidence/intake.ts';
import { isAnybodyThere } from '../../server/people/store.ts';
import type { Working } from '../../server/working.ts';
import { readGazetteer } from '../areas/gazetteer.ts';
import { takeInto } from '../areas/takers.ts';
import { createCalendar } from '../province/calendar.ts';
import { readDivisions } from '../province/divisions.ts';
import { generateProvince } from '../province/generate.ts';
import { printRiskLists } from '../province/risk-areas.ts';
import { startProgress } from '../terminal/progress.ts';

/** How many people the province for trying out has, and which it is. */
export const PEOPLE = 20_000;
export const SEED = 2_021;

/**
 * Loads a made-up province into a new database for trying out, through the intake like any evidence. Its records keep
 * their own times, all of them before now.
 */
export async function loadDemo(work: Working): Promise<void> {
  if (await isAnybodyThere(work.installation.store.app)) return;
  const yesterday = dayOf(work.clock()) - 1;
  const progress = startProgress(PEOPLE, 'people');
  const deliverer = { clientId: 'demo', sources: SOURCES, keepsTimes: true };
  await loadLists(work, yesterday);
  const lines = Readable.from(provinceLines(yesterday, progress.at));
  for await (const _ of deliver(work, deliverer, acceptable(incomingFrom(lines), work.clock())));
  progress.end();
  const waiting = startProgress(undefined, 'people wait to be assessed');
  await whenNobodyIsDue(work, waiting.at);
  waiting.end();
}

/** The province's own official lists, up to now. */
async function loadLists({ installation, clock }: Working, day: number): Promise<void> {
  const now = clock();
  const lists = printRiskLists(readDivisions(), createCalendar(day))
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
    .filter((value) => (readSnapshot(value).snapshot?.time ?? now) <= now);
  const register = () => createPlaceRegister(createPlaceResolver(readGazetteer()));
  await takeInto(installation, register, new Set()).take(lists);
  await installation.refresh();
}

/** The province knows of days to come, and of designations, which come by the workflow of two keys alone (R2g, R3c). */
async function* acceptable(
  parts: AsyncIterable<readonly Incoming[]>,
  now: Instant,
): AsyncGenerator<readonly Incoming[]> {
  for await (const part of parts)
    yield part.filter(({ value }) => {
      const { kind, recordedAt } = value as { kind: string; recordedAt: string };
      return kind !== 'designation' && parseInstant(recordedAt) <= now;
    });
}

function* provinceLines(day: number, onMade: (people: number) => void): Generator<Buffer> {
  let people = 0;
  for (const part of generateProvince(PEOPLE, SEED, readDivisions(), createCalendar(day))) {
    yield part.bytes;
    people += part.people;
    onMade(people);
  }
}
