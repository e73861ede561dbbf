import { type Fault, fault } from '../../domain/fault.ts';
import { createHistory, type History } from '../../domain/places/history.ts';
import type { AreaLevel, ListedArea } from '../../domain/places/listed-area.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { createPlaceResolver } from '../../domain/places/resolve-place.ts';
import { looksLikeSnapshot, readSnapshot } from '../../domain/places/snapshot.ts';
import type { Instant } from '../../domain/time.ts';
import { readGazetteer } from './gazetteer.ts';
import { createListIntake } from './intake.ts';
import { type JsonDocument, readJsonDocuments } from './json-documents.ts';

/** A fault of a file, and the line where it stands, if it stands on one. */
export interface FileFault {
  readonly file: string;
  readonly line: number | undefined;
  readonly fault: Fault;
}

/** What some files say of listed areas, and what speaks against it. */
export interface AreaFiles {
  readonly areas: readonly ListedArea[];
  /** What is wrong with the files. It concerns everyone (docs/decisions/0009-faults.md). */
  readonly faults: readonly FileFault[];
  /** Lists that cannot be true. They are not in force; the last good one is (R5). */
  readonly held: readonly FileFault[];
}

/** Larger than any listed area; an official list may be larger. */
const MAX_AREA_LENGTH = 1 << 20;

/**
 * Reads files of listed areas, told apart by content: official lists, all of which make one history in the
 * order in which they are given, and JSON Lines of areas. `levels` are those that the rule package knows: another
 * one is a fault of an area, and of an official list it is left out. Lists of the times in `accepted` are not judged. No
 * clock is asked, so that a replay gives the same.
 */
export async function readAreaFiles(
  files: readonly string[],
  levels: readonly AreaLevel[],
  accepted: ReadonlySet<Instant>,
): Promise<AreaFiles> {
  const areas: ListedArea[] = [];
  const faults: FileFault[] = [];
  const held: FileFault[] = [];
  let history: History | undefined;
  const take = createListIntake({ receivedAt: Number.POSITIVE_INFINITY, accepted }, () => {
    history ??= createHistory(createPlaceResolver(readGazetteer()));
    return history;
  });
  for (const file of files)
    for await (const document of readJsonDocuments(file)) {
      const { line } = document;
      if (!document.fault && looksLikeSnapshot(document.value)) {
        const reading = readSnapshot(document.value);
        for (const found of reading.faults ?? []) faults.push({ file, line, fault: found });
        const against = reading.snapshot && take(reading.snapshot).held;
        if (against) held.push({ file, line, fault: against });
        continue;
      }
      const reading = readArea(document, levels);
      if (reading.area) areas.push(reading.area);
      else for (const found of reading.faults) faults.push({ file, line, fault: found });
    }
  for (const area of history?.areas() ?? []) if (levels.includes(area.level)) areas.push(area);
  return { areas, faults, held };
}

function readArea(document: JsonDocument, levels: readonly AreaLevel[]): ReturnType<typeof readListedArea> {
  if (document.fault) return { faults: [document.fault] };
  if (document.length > MAX_AREA_LENGTH)
    return { faults: [fault('', `longer than ${MAX_AREA_LENGTH} characters`)] };
  return readListedArea(document.value, levels);
}
