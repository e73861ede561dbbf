import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../../api/client.ts';
import { type AssessmentReply, lookUp } from '../../api/lookups/lookups.ts';
import type { Document } from '../../domain/people/document.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Fresh } from './fresh.ts';
import { noteRefusal } from './sending.ts';

/** Looks somebody up. */
export function look(api: ApiClient, document: Document): Promise<AssessmentReply> {
  return api.call(lookUp, { body: { document, purpose: 'a test' } });
}

/** What somebody saw who kept looking while things went wrong. */
export interface Seen {
  /** Answers with a colour; every one of them was right. */
  readonly right: number;
  /** The codes of the problems that came instead. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Requests to which no reply came. */
  readonly broken: number;
  /** What `/readyz` said. */
  readonly ready: ReadonlySet<number>;
}

const PAUSE_MS = 15;

/** Keeps looking people up about whom nothing new arrives; a wrong colour fails. The returned function ends it. */
export function keepLooking(
  api: ApiClient,
  origin: string,
  documents: readonly Document[],
  fresh: Fresh,
): () => Promise<Seen> {
  const seen = { right: 0, refusals: new Map<string, number>(), broken: 0, ready: new Set<number>() };
  return keepDoing(PAUSE_MS, seen, async (i) => {
    const document = documents[i % documents.length]!;
    try {
      const shown = await look(api, document);
      assert.deepEqual(shown, fresh(document, parseInstant(shown.at)));
      seen.right++;
    } catch (error) {
      noteRefusal(seen, error);
    }
    const ready = await fetch(`${origin}/readyz`).catch(() => undefined);
    if (ready) seen.ready.add(ready.status);
    await ready?.text();
  });
}

/** Does something over and over, with a pause after each time. The returned function ends it, and tells what was seen or why it failed. */
export function keepDoing<Told>(
  pauseMs: number,
  seen: Told,
  doOnce: (i: number) => Promise<void>,
): () => Promise<Told> {
  let isOver = false;
  const running = (async () => {
    for (let i = 0; !isOver; i++) {
      await doOnce(i);
      await sleep(pauseMs);
    }
    return seen;
  })();
  running.catch(() => {});
  return () => {
    isOver = true;
    return running;
  };
}
