/** What one side of the socket says: a request of the client, or what became of it. */
export interface Item {
  /** Chosen by the client, and given back with the reply; 0 for what answers no request. */
  readonly id: number;
  /** The number of the use, or of the outcome. */
  readonly kind: number;
  /** The number of the suite; 0 in replies. */
  readonly detail: number;
  readonly bytes: Uint8Array;
}

/** A larger frame is none of ours: the whole of what a province publishes at once is smaller. */
export const MOST_FRAME_BYTES = 64 << 20;

const LENGTH_BYTES = 4;
const ITEM_HEAD_BYTES = 10;

/** Writes a frame: its length, then each item as id (4 bytes), kind, detail, length (4 bytes), bytes. */
export function writeFrame(items: readonly Item[]): Buffer {
  let length = 0;
  for (const { bytes } of items) length += ITEM_HEAD_BYTES + bytes.length;
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + length);
  frame.writeUInt32BE(length, 0);
  let at = LENGTH_BYTES;
  for (const { id, kind, detail, bytes } of items) {
    frame.writeUInt32BE(id, at);
    frame[at + 4] = kind;
    frame[at + 5] = detail;
    frame.writeUInt32BE(bytes.length, at + 6);
    frame.set(bytes, at + ITEM_HEAD_BYTES);
    at += ITEM_HEAD_BYTES + bytes.length;
  }
  return frame;
}

/** Puts frames together from what a socket gives. `onFrame` gets the items; `onBroken` says once that this is no such stream. */
export function readFrames(onFrame: (items: Item[]) => void, onBroken: () => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isBroken = false;
  const fail = () => {
    isBroken = true;
    onBroken();
  };
  return (chunk) => {
    if (isBroken) return;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (!isBroken && rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readUInt32BE(0);
      if (end > MOST_FRAME_BYTES) return fail();
      if (rest.length < end) return;
      const items = readItems(rest.subarray(LENGTH_BYTES, end));
      rest = rest.subarray(end);
      if (!items) return fail();
      onFrame(items);
    }
  };
}

function readItems(frame: Buffer): Item[] | undefined {
  const items: Item[] = [];
  let at = 0;
  while (at < frame.length) {
    if (at + ITEM_HEAD_BYTES > frame.length) return undefined;
    const start = at + ITEM_HEAD_BYTES;
    const end = start + frame.readUInt32BE(at + 6);
    if (end > frame.length) return undefined;
    const bytes = frame.subarray(start, end);
    items.push({ id: frame.readUInt32BE(at), kind: frame[at + 4]!, detail: frame[at + 5]!, bytes });
    at = end;
  }
  return items;
}
