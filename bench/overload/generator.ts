// A process that sends requests, and tells its parent what came of them: an open loop, which sends what is due whether or not
// anything was answered, and counts from the time at which it was due; or so many at a time.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import {
  type Counts,
  type Generating,
  KINDS,
  type Kind,
  newCounts,
  noteReply,
  type Requests,
  SOON_MS,
} from './counts.ts';

const TICK_MS = 1;
/** Connections at most; what finds none free waits, and that counts. */
const MOST_CONNECTIONS = 600;
/** How long is waited for the last replies. */
const PATIENCE_MS = 20_000;
/** Where the number of a record stands in a request that states evidence; so long is a number. */
const PLACE = '#########';

interface Sent {
  readonly kind: Kind;
  readonly dueMs: number;
  /** Of the record that is stated. */
  readonly number: number;
}

const generating = JSON.parse(process.argv[2]!) as Generating;
const { port, seconds, perSecond, atOnce, requestsFile, repliesPerConnection = Infinity } = generating;
const { connections: fewestConnections = 0 } = generating;
const mostConnections = fewestConnections || MOST_CONNECTIONS;
let requests = readRequests();
const counts: Counts = newCounts();
const startMs = performance.now();
const idle: Socket[] = [];
const waiting = createQueue<Sent>();
let connections = 0;
let underWay = 0;
let lastNumber = generating.firstNumber;
let onDone = () => {};
const turns = new Map<Kind, number>();

process.on('message', () => {
  requests = readRequests();
});
process.on('disconnect', () => process.exit());
await (atOnce === undefined ? openLoop() : closedLoop(atOnce));
const untilMs = performance.now() + PATIENCE_MS;
while (underWay + waiting.size() > 0 && performance.now() < untilMs) await pause(20);
counts.unanswered = underWay + waiting.size();
const { user, system } = process.cpuUsage();
process.send!({ counts: { ...counts, cpuUs: user + system } });

async function openLoop(): Promise<void> {
  const sent = new Map<Kind, number>();
  for (let elapsedMs = 0; elapsedMs < seconds * 1_000; elapsedMs = performance.now() - startMs) {
    for (const kind of KINDS) {
      const rate = (perSecond[kind] ?? 0) / 1_000;
      for (let n = sent.get(kind) ?? 0; n < rate * elapsedMs; n++) {
        begin(kind, startMs + n / rate);
        sent.set(kind, n + 1);
      }
    }
    await pause(TICK_MS);
  }
}

/** As fast as is answered, in the proportions of what would come a second. */
async function closedLoop(most: number): Promise<void> {
  const kinds = KINDS.flatMap((kind) => Array<Kind>(Math.ceil(perSecond[kind] ?? 0)).fill(kind));
  const next = () => begin(kinds[Math.floor(Math.random() * kinds.length)]!, performance.now());
  onDone = () => {
    if (performance.now() - startMs < seconds * 1_000) next();
  };
  for (let i = 0; i < most; i++) next();
  await pause(seconds * 1_000);
}

function begin(kind: Kind, dueMs: number): void {
  const second = Math.floor((dueMs - startMs) / 1_000);
  counts.kinds[kind].offered++;
  counts.seconds[second] ??= { offered: 0, soon: 0 };
  counts.seconds[second].offered++;
  const sent = { kind, dueMs, number: kind === 'deferrable' ? ++lastNumber : 0 };
  const socket = connections < fewestConnections ? undefined : takeIdle();
  if (socket) write(socket, sent);
  else waiting.add(sent);
  if (!socket && connections < mostConnections) open();
}

/** Any of them, so that all are used. */
function takeIdle(): Socket | undefined {
  const at = Math.floor(Math.random() * idle.length);
  const socket = idle[at];
  const last = idle.pop();
  if (socket !== last) idle[at] = last!;
  return socket;
}

function write(socket: Socket, sent: Sent): void {
  const all = requests[sent.kind]!;
  const turn = (turns.get(sent.kind) ?? Math.floor(Math.random() * all.length)) + 1;
  turns.set(sent.kind, turn);
  const text = all[turn % all.length]!;
  underWay++;
  (socket as { sent?: Sent }).sent = sent;
  socket.write(
    sent.number === 0 ? text : text.replace(PLACE, String(sent.number).padStart(9, '0')),
    'latin1',
  );
}

function open(): void {
  connections++;
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }) as Socket & { sent?: Sent };
  let received = '';
  const free = () => {
    const next = waiting.take();
    if (next) write(socket, next);
    else idle.push(socket);
  };
  socket.once('connect', free);
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (text: unknown) => {
    received += String(text);
    const end = wholeLength(received);
    if (end === undefined || !socket.sent) return;
    const reply = received.slice(0, end);
    received = received.slice(end);
    finish(socket.sent, reply);
    delete socket.sent;
    if (Math.random() * repliesPerConnection < 1) socket.end();
    else if (!/\r\nconnection: close\r\n/i.test(reply)) free();
    onDone();
  });
  socket.once('close', () => {
    connections--;
    const at = idle.indexOf(socket);
    if (at >= 0) idle.splice(at, 1);
    if (socket.sent) {
      underWay--;
      counts.broken++;
    }
    if (waiting.size() > 0) open();
  });
}

/** How long the reply is at the beginning of a text; undefined while it is not whole. */
function wholeLength(text: string): number | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2))?.[1];
  if (length === undefined) throw new Error(`a reply without a length: ${text.slice(0, 200)}`);
  const whole = end + 4 + Number(length);
  return text.length >= whole ? whole : undefined;
}

function finish({ kind, dueMs, number }: Sent, reply: string): void {
  underWay--;
  const tookMs = performance.now() - dueMs;
  const isIn = noteReply(counts, kind, reply, tookMs, number);
  const second = counts.seconds[Math.floor((dueMs - startMs) / 1_000)];
  if (second && isIn && tookMs <= SOON_MS) second.soon++;
}

/** First in, first out; to take the first of a long array would cost too much. */
function createQueue<T>() {
  let coming: T[] = [];
  let going: T[] = [];
  return {
    size: () => coming.length + going.length,
    add: (one: T) => void coming.push(one),
    take: (): T | undefined => {
      if (going.length === 0) [going, coming] = [coming.reverse(), going];
      return going.pop();
    },
  };
}

function readRequests(): Requests {
  return JSON.parse(readFileSync(requestsFile, 'utf8')) as Requests;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
