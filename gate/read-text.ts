import { type Conclusion, conclude, epochNeeded } from '../credential/conclude.ts';
import { type Opened, readText } from '../credential/read.ts';
import type { StatusView } from '../credential/status-view.ts';
import type { Keys } from '../credential/trust/keys.ts';
import type { Instant } from '../domain/time.ts';
import { verify } from './verify.ts';

/** What a gate goes by: a verified key list, and the lists that it holds, if it has those of an epoch. */
export interface Gate {
  readonly keys: Keys;
  readonly view: (epoch: number, now: Instant) => StatusView | undefined;
}

/** What a gate reads: the pass, once all its signatures hold, and what follows from it. */
export interface AtGate {
  readonly opened?: Opened;
  readonly conclusion: Conclusion;
}

/** Reads a text without the service (S7, S10). The service reads by the same functions, and asks its record for the colour. */
export function readAtGate(text: string, { keys, view }: Gate, now: Instant): AtGate {
  const opened = readText(text, keys, now, verify);
  if (opened.kind === 'refused') return { conclusion: opened };
  const needed = epochNeeded(opened.pass, now, opened.parameters);
  return { opened, conclusion: conclude(opened, view(needed, now), now) };
}
