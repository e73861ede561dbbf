// A process of the benchmark `serve` that asks as fast as it is answered, and tells its parent what came of it.
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

/** What is asked, and for how long. */
export interface Asking {
  readonly url: string;
  readonly seconds?: number;
  /** Instead of `seconds`: for so many replies. */
  readonly replies?: number;
  readonly connections: number;
  /** A file of JSON: the requests, of which each connection takes its share. */
  readonly requestsFile: string;
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
  /** Replies that were not 2xx, and connections that broke. */
  readonly failed: number;
  readonly cpuUs: number;
}

const { url, seconds, replies, connections, requestsFile } = JSON.parse(process.argv[2]!) as Asking;
const all = JSON.parse(readFileSync(requestsFile, 'utf8')) as Asked[];
const share = Math.ceil(all.length / connections);
let taken = 0;
const before = process.cpuUsage();
const result = await autocannon({
  url,
  ...(replies === undefined ? { duration: seconds ?? 1 } : { amount: replies }),
  connections,
  setupClient: (client) => {
    const own = all.slice(taken, taken + share);
    taken = (taken + share) % all.length;
    client.setRequests(own.map((asked) => ({ ...asked, headers: { ...asked.headers } })));
  },
});
const { user, system } = process.cpuUsage(before);
const answered: Answered = {
  requests: result.requests.total,
  seconds: result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  failed: result.non2xx + result.errors,
  cpuUs: user + system,
};
process.send!(answered);
process.disconnect();
