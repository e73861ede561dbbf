import type { AreaLevel, ListedArea } from '../../domain/places/listed-area.ts';
import { reportFault } from '../terminal/faults.ts';
import { readAreaFiles } from './area-files.ts';

/** The areas of some files, and whether anything was wrong with them. */
export interface KnownAreas {
  /** Undefined when a file has a fault: it concerns everyone, so nobody can be assessed by it (docs/decisions/0009-faults.md). */
  readonly areas: readonly ListedArea[] | undefined;
  /** Faults told on stderr, held lists among them: those leave the last good list in force (R5). */
  readonly faults: number;
}

/** Reads files of listed areas and tells on stderr what is wrong with them. */
export async function knownAreas(
  files: readonly string[],
  levels: readonly AreaLevel[],
): Promise<KnownAreas> {
  const { areas, faults, held } = await readAreaFiles(files, levels);
  for (const { file, line, fault } of [...faults, ...held]) reportFault(file, line, fault);
  return { areas: faults.length > 0 ? undefined : areas, faults: faults.length + held.length };
}
