// A process of the benchmark `serve` that asks as fast as it is answered. It tells its parent when it is warm, reads the requests anew when it
// is told to, and tells when it begins to count and what came of it.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

/** What is asked, and for how long. */
export interface Asking {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** Nothing is counted before so many replies, or some seconds. */
  readonly warmingReplies: number;
  /** A file of JSON: the requests, of which each connection takes its share. */
  readonly requestsFile: string;
  /** The status of every reply. */
  readonly status: number;
}

/** One request. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came of it; latencies in ms. */
export interface Answered {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Replies of another status, and connections that broke. */
  readonly failed: number;
  readonly cpuUs: number;
}

const LONGEST_WARMING_S = 10;
const SHARE_S = 0.5;

const asking = JSON.parse(process.argv[2]!) as Asking;
let all = readRequests();
await warm();
process.send!('warm');
await once(process, 'message');
all = readRequests();
process.send!('begun');
process.send!(await ask(asking.seconds));
process.disconnect();

function readRequests(): readonly Asked[] {
  return JSON.parse(readFileSync(asking.requestsFile, 'utf8')) as Asked[];
}

async function warm(): Promise<void> {
  let replies = 0;
  for (let passedS = 0; passedS < LONGEST_WARMING_S && replies < asking.warmingReplies; passedS += SHARE_S)
    replies += (await ask(SHARE_S)).requests;
}

async function ask(duration: number): Promise<Answered> {
  const { url, connections, status } = asking;
  const share = Math.ceil(all.length / connections);
  let taken = 0;
  const before = process.cpuUsage();
  const result = await autocannon({
    ...{ url, duration, connections },
    // A second would be lost to the average otherwise.
    sampleInt: 250,
    setupClient: (client) => {
      const own = all.slice(taken, taken + share);
      taken = (taken + share) % all.length;
      client.setRequests(own.map((asked) => ({ ...asked, headers: { ...asked.headers } })));
    },
  });
  const { user, system } = process.cpuUsage(before);
  const counts = result.statusCodeStats as Readonly<Record<string, { readonly count: number }>>;
  const right = counts[String(status)]?.count ?? 0;
  const replies = Object.values(counts).reduce((sum, { count }) => sum + count, 0);
  return {
    requests: right,
    seconds: result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: replies - right + result.errors,
    cpuUs: user + system,
  };
}
