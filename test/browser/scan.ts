import type { Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';

/** Reads the QR code that a page shows, from its picture, as a scanner at a door does. */
export async function scan(page: Page): Promise<string> {
  const picture = await page.locator('.qr').screenshot();
  const blank = await page.context().newPage();
  try {
    const { width, height, data } = await blank.evaluate(pixelsOf, picture.toString('base64'));
    return decodeQR({ width, height, data: Uint8Array.from(data) });
  } finally {
    await blank.close();
  }
}

/** Runs in the browser, which knows how to open a PNG. */
async function pixelsOf(base64: string) {
  const { Image, document } = globalThis as unknown as {
    Image: new () => { src: string; width: number; height: number; decode: () => Promise<void> };
    document: { createElement: (name: string) => Canvas };
  };
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  // As much as a reader needs: more takes long to pass on.
  canvas.width = 256;
  canvas.height = 256;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { width, height } = canvas;
  return { width, height, data: [...context.getImageData(0, 0, width, height).data] };
}

/** As much of a canvas as is used; the types of a browser are not those of Node. */
interface Canvas {
  width: number;
  height: number;
  readonly getContext: (kind: '2d') => {
    readonly drawImage: (image: object, x: number, y: number, width: number, height: number) => void;
    readonly getImageData: (
      x: number,
      y: number,
      width: number,
      height: number,
    ) => { data: Uint8ClampedArray };
  };
}
