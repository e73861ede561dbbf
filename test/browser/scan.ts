import type { Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import type { Instant } from '../../domain/time.ts';

/** As much as a reader needs, in pixels. */
const SIZE = 256;

/** Reads the QR code that a page shows, from its picture, as a scanner at a door does. */
export async function scan(page: Page): Promise<string> {
  return (await see(page)).text;
}

/** Reads it, and says at which instant it was to be seen, however long it took to make it out. */
export async function see(page: Page): Promise<{ readonly text: string; readonly at: Instant }> {
  const picture = await page.locator('.qr').screenshot();
  const at = Date.now();
  const script = `(${pixelsOf})(${JSON.stringify(picture.toString('base64'))}, ${SIZE})`;
  const data = Buffer.from((await page.evaluate(script)) as string, 'base64');
  return { text: decodeQR({ width: SIZE, height: SIZE, data }), at };
}

/** Runs in the browser, which knows how to open a PNG: red, green and blue of each pixel, base64, as texts pass quickly. */
const pixelsOf = `async (base64, size) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(size, size).getContext('2d');
  context.drawImage(image, 0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  let text = '';
  for (let i = 0; i < data.length; i += 4) text += String.fromCharCode(data[i], data[i + 1], data[i + 2]);
  return btoa(text);
}`;
