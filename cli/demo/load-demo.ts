import { Readable } from 'node:stream';
import { SOURCES } from '../../domain/evidence/fact.ts';
import { dayOf } from '../../domain/time.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { deliver } from '../../server/evidence/deliver.ts';
import { incomingFrom } from '../../server/evidence/deliver-lines.ts';
import { isAnybodyThere } from '../../server/people/store.ts';
import type { Working } from '../../server/working.ts';
import { createCalendar } from '../province/calendar.ts';
import { readDivisions } from '../province/divisions.ts';
import { generateProvince } from '../province/generate.ts';
import { startProgress } from '../terminal/progress.ts';

/** How many people the province for trying out has, and which it is. */
const PEOPLE = 20_000;
const SEED = 2_021;

/**
 * Loads a made-up province into a new database for trying out, through the intake like any evidence. Its records keep
 * their own times, all of them before now.
 */
export async function loadDemo(work: Working): Promise<void> {
  if (await isAnybodyThere(work.installation.store.app)) return;
  const yesterday = dayOf(work.clock()) - 1;
  const progress = startProgress(PEOPLE, 'people');
  const deliverer = { clientId: 'demo', sources: SOURCES, keepsTimes: true };
  const lines = Readable.from(provinceLines(yesterday, progress.at));
  for await (const _ of deliver(work, deliverer, incomingFrom(lines)));
  progress.end();
  const waiting = startProgress(undefined, 'people wait to be assessed');
  await whenNobodyIsDue(work, waiting.at);
  waiting.end();
}

function* provinceLines(day: number, onMade: (people: number) => void): Generator<Buffer> {
  let people = 0;
  for (const part of generateProvince(PEOPLE, SEED, readDivisions(), createCalendar(day))) {
    yield part.bytes;
    people += part.people;
    onMade(people);
  }
}
