import { Readable } from 'node:stream';

/** A reply of server-sent events (HTML, 9.2) that stays open until it is ended. */
export interface EventStream {
  readonly body: Readable;
  /** Tells that something is another than before; `mark` is what the browser names when it comes again. */
  readonly changed: (mark: string, data: string) => void;
  /** Gives the browser the mark without telling it anything. */
  readonly keepMark: (mark: string) => void;
  readonly end: () => void;
}

/** After so long a browser whose connection broke off comes again. */
const RETRY_MS = 3_000;
/** So often something is sent, so that nobody in between takes the connection for dead. */
const HEARTBEAT_MS = 15_000;
/** Somebody who does not read is let go. */
const MOST_UNREAD_BYTES = 16_384;

export function openEventStream(heartbeatMs = HEARTBEAT_MS): EventStream {
  const body = new Readable({ read: () => {} });
  const write = (text: string) => {
    if (body.destroyed || body.readableEnded) return;
    if (body.readableLength > MOST_UNREAD_BYTES) body.destroy();
    else body.push(text);
  };
  const heart = setInterval(() => write(':\n\n'), heartbeatMs).unref();
  body.once('close', () => clearInterval(heart));
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    body,
    changed: (mark, data) => write(`event: changed\nid: ${mark}\ndata: ${data}\n\n`),
    keepMark: (mark) => write(`id: ${mark}\n\n`),
    end: () => {
      clearInterval(heart);
      if (!body.destroyed) body.push(null);
    },
  };
}
