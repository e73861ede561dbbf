// A process of the benchmark `gates`: it sends each request when it is due, whatever became of those before, and tells its parent how late
// the replies were.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../deliveries.ts';
import type { Asked } from '../serve/load.ts';

/** What is sent, and when. */
export interface Offered {
  readonly url: string;
  readonly requests: readonly Asked[];
  /** For each request the ms from the begin at which it is due; they do not fall. */
  readonly dueMs: readonly number[];
  /** The wall clock at the begin. */
  readonly beginsAt: number;
}

/** What came of it; times in ms from the instant at which a request was due. */
export interface Borne {
  readonly answered: number;
  /** Turned away with 503. */
  readonly refused: number;
  /** Any other status, and connections that broke. */
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  /** How late 99 of 100 were sent: above some ms it was this process that was too slow. */
  readonly sentP99: number;
}

/** As many gates as keep a connection open. */
const CONNECTIONS = 512;

const { url, requests, dueMs, beginsAt } = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Offered;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
process.send!(await offer());
process.disconnect();
agent.destroy();

async function offer(): Promise<Borne> {
  await sleep(beginsAt - Date.now());
  const begun = performance.now();
  const counts = { answered: 0, refused: 0, failed: 0 };
  const lags: number[] = [];
  const sent: number[] = [];
  const running: Promise<void>[] = [];
  for (let i = 0; i < requests.length; ) {
    const now = performance.now() - begun;
    for (; i < requests.length && dueMs[i]! <= now; i++) {
      const due = dueMs[i]!;
      sent.push(performance.now() - begun - due);
      running.push(
        send(requests[i]!).then((status) => {
          counts[outcomeOf(status)]++;
          if (status === 200) lags.push(performance.now() - begun - due);
        }),
      );
    }
    if (i < requests.length) await sleep(Math.max(1, dueMs[i]! - now));
  }
  await Promise.all(running);
  if (lags.length === 0) lags.push(Number.NaN);
  const [p50, p99, sentP99] = [quantile(lags, 0.5), quantile(lags, 0.99), quantile(sent, 0.99)];
  return { ...counts, p50, p99, sentP99 };
}

function outcomeOf(status: number): 'answered' | 'refused' | 'failed' {
  if (status === 200) return 'answered';
  return status === 503 ? 'refused' : 'failed';
}

/** The status of the reply; 0 when there is none. */
function send({ method, path, headers, body = '' }: Asked): Promise<number> {
  return new Promise((done) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const asked = request(`${url}${path}`, { method, agent, headers: { ...headers, ...length } }, (reply) => {
      reply.resume();
      reply.on('end', () => done(reply.statusCode ?? 0));
      reply.on('error', () => done(0));
    });
    asked.on('error', () => done(0));
    asked.end(body);
  });
}
