import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What a thumb can hit (WCAG 2.2, 2.5.8 asks for 24; 44 is what phones ask for). */
const SMALLEST_TARGET = 44;

/**
 * Holds a screen to what everybody must be able to use: no violation that axe knows, nothing wider than the phone, nothing
 * too small for a thumb. `except` names rules of axe that the screen breaks for a reason.
 */
export async function isForEverybody(
  page: Page,
  screen: string,
  except: readonly string[] = [],
): Promise<void> {
  // What slides in is judged when it is there.
  await page.evaluate(SETTLED);
  // The pages have no frames, and so need no second page to judge them in.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .disableRules([...except])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  assert.deepEqual(found, [], screen);
  assert.deepEqual(await page.evaluate(faultsOfSize, SMALLEST_TARGET), [], screen);
}

/** Runs in the browser: waits until what has changed is drawn, and what moves and will come to rest has come to rest. */
const SETTLED = `(async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  const moving = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(moving.map(({ finished }) => finished));
})()`;

/** Runs in the browser. */
function faultsOfSize(smallest: number): string[] {
  const { document, innerWidth } = globalThis as unknown as {
    innerWidth: number;
    document: {
      documentElement: { scrollWidth: number };
      querySelectorAll: (selector: string) => Iterable<{
        outerHTML: string;
        closest: (selector: string) => unknown;
        getBoundingClientRect: () => { width: number; height: number; right: number; bottom: number };
      }>;
    };
  };
  const faults: string[] = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push(`${scrollWidth} wide on a phone of ${innerWidth}`);
  for (const target of document.querySelectorAll(
    'a, button, select, summary, input, label.choice, label.tick',
  )) {
    const { width, height, bottom } = target.getBoundingClientRect();
    const isShown = width > 0 && bottom > 0;
    // A box or a dot is hit through its label.
    const isInLabel = target.outerHTML.startsWith('<input') && target.closest('label') !== null;
    if (isShown && !isInLabel && Math.min(width, height) < smallest - 0.5)
      faults.push(`${Math.round(width)} x ${Math.round(height)}: ${target.outerHTML.slice(0, 80)}`);
  }
  return faults;
}
