import type { AreaLevel } from '../../../domain/places/listed-area.ts';
import type { CompiledRules } from '../../../domain/rules/compile.ts';

/** How far listed areas reach into what is concluded about people. */
export interface AreaReach {
  /** The levels that matter to anyone. */
  readonly levels: readonly AreaLevel[];
  /** How many days after the end of an exposure all that follows from it has ended at 00:00. */
  readonly days: number;
}

/** The reach by some rule packages: as far as the one that reaches farthest. */
export function areaReach(packages: readonly CompiledRules[]): AreaReach {
  const levels = new Set<AreaLevel>();
  let days = 0;
  for (const { byKind } of packages)
    for (const rule of byKind.flat()) {
      if (rule.kind !== 'stay' && rule.kind !== 'contact-area') continue;
      for (const level of rule.when.levels) levels.add(level);
      days = Math.max(days, rule.when.days + 1);
    }
  return { levels: [...levels], days };
}
