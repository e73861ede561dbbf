import { KINDS, sumOf, together, within } from '../../../bench/overload/counts.ts';
import { shareOf } from './holds.ts';
import type { Outcome } from './run-overload.ts';

/** What is told of an overload: a name, a value, and its unit. */
export type OverloadFigure = readonly [figure: string, value: number, unit: string];

/** The figures of an overload. */
export function figuresOf(outcome: Outcome): readonly OverloadFigure[] {
  const { during, before, seconds, megabytes, cpu, watched, evidence } = outcome;
  const admitted = together(during, 'admittedMs');
  const refused = together(during, 'refusedMs');
  return [
    ['what is managed without overload', outcome.capacity, '1/s'],
    ['offered', sumOf(during, 'offered') / seconds, '1/s'],
    ['let in', sumOf(during, 'admitted') / seconds, '1/s'],
    ...KINDS.map((kind): OverloadFigure => [`let in of ${kind}`, 100 * shareOf(during.kinds[kind]), '%']),
    ['without overload, 99 of 100 within', within(together(before, 'admittedMs'), 0.99), 'ms'],
    ['let in, 50 of 100 within', within(admitted, 0.5), 'ms'],
    ['let in, 99 of 100 within', within(admitted, 0.99), 'ms'],
    ['turned away, 50 of 100 within', within(refused, 0.5), 'ms'],
    ['turned away, 99 of 100 within', within(refused, 0.99), 'ms'],
    ['CPU time of an answer', cpu.usAnAnswer, 'µs'],
    ['CPU time of a refusal, by what is left of the rest', cpu.usARefusal, 'µs'],
    ['memory before', megabytes.before, 'MB'],
    ['memory at most', megabytes.most, 'MB'],
    ['memory after', megabytes.after, 'MB'],
    ['the slowest look of a watcher', Math.max(watched.live, watched.metrics), 'ms'],
    ['seconds until all is as before', outcome.secondsUntilNormal, 's'],
    ['records accepted', evidence.accepted, 'records'],
    ['of these lost', evidence.lost, 'records'],
  ];
}
