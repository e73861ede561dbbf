import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_ROOT } from '../../../api/route.ts';
import type { Requests } from '../../../bench/overload/counts.ts';
import { addGreenPeople, cookieOf, idPrefix, type Someone } from '../../../bench/serve/people.ts';
import type { Trial } from '../../../bench/trial.ts';
import { cookieKind, SESSION_COOKIE } from '../../../server/accounts/session-cookie.ts';
import { type NewClient, registerClient } from '../../../server/clients/register-client.ts';
import { signToken, TOKEN_LIFETIME_SECONDS } from '../../../server/clients/token.ts';
import { registerDevice } from '../../../server/doors/register-device.ts';
import { type Installation, openInstallation } from '../../../server/installation.ts';
import { tokenKeysOf } from '../../../server/platform/keys/token-keys.ts';
import { type DatabaseProxy, proxyTo } from '../database-proxy.ts';
import { madeUpDocument } from '../made-up-evidence.ts';
import { type ServiceProcess, startServing } from '../service-process.ts';
import { databaseSite, type Site, type WhenOver } from '../site.ts';

/** A service in a process of its own, behind which the way to the database can be made narrow, and who asks it. */
export interface NarrowService {
  readonly service: ServiceProcess;
  readonly port: number;
  readonly site: Site;
  /** Missing where it is the processor that is narrow. */
  readonly proxy?: DatabaseProxy;
  /** Where the requests lie; what they show lives for five minutes. */
  readonly requestsFile: string;
  readonly writeRequests: () => void;
  /** Memory and CPU time so far of the process. */
  readonly measure: () => { readonly megabytes: number; readonly cpuUs: number };
}

const MANY_PER_SECOND = 1_000_000;

/** Starts it on a database that `url` reaches, with so many people. Everything ends when `whenOver` says so. */
export async function startNarrowService(
  url: string,
  people: number,
  hasProxy: boolean,
  whenOver: WhenOver,
): Promise<NarrowService> {
  const proxy = hasProxy ? await proxyTo(url) : undefined;
  const site = databaseSite(
    () => url,
    () => proxy?.url ?? url,
    whenOver,
  );
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  site.onEnd(async () => {
    await proxy?.close();
    rmSync(folder, { recursive: true });
  });
  const now = Date.now();
  const place = { place: { url }, keysFolder: site.keysFolder };
  const installation = await openInstallation(place, now, { connections: 2 });
  site.onEnd(() => installation.stop());
  const trial = { installation, site: place, url: () => url, cpu: noCpu, stop: async () => {} } as Trial;
  const asked = await addGreenPeople(trial, people, idPrefix(now), now);
  const asking = await registerAskers(installation);
  const service = await startServing(site, 0);
  const requestsFile = join(folder, 'requests.json');
  return {
    ...{ service, site, requestsFile, port: Number(new URL(service.url).port), ...(proxy && { proxy }) },
    writeRequests: () => writeFileSync(requestsFile, JSON.stringify(requestsOf(trial, asked, asking))),
    measure: () => measure(service.child.pid!),
  };
}

const noCpu = () => ({ node: 0, postgres: 0 });

/** The client systems that ask. */
interface Askers {
  readonly gate: string;
  readonly laboratory: string;
}

async function registerAskers({ store: { app } }: Installation): Promise<Askers> {
  const now = Date.now();
  const asks = { quotaPerSecond: MANY_PER_SECOND, recordedBy: 'a test' };
  const gate = { ...asks, name: 'a gate', readsDocuments: true, peoplePerMinute: MANY_PER_SECOND * 60 };
  const laboratory: NewClient = {
    ...{ ...asks, name: 'a laboratory' },
    scopes: ['evidence:write'],
    sources: ['laboratory'],
  };
  return {
    gate: (await registerDevice(app, gate, now)).clientId,
    laboratory: (await registerClient(app, laboratory, now)).clientId,
  };
}

function requestsOf(trial: Trial, people: readonly Someone[], askers: Askers): Requests {
  const now = Date.now();
  const cookies = people.map((one) => `Cookie: ${cookieName}=${cookieOf(trial, one, now)}\r\n`);
  const asGate = bearer(trial.installation, askers.gate, 'checks:write');
  const asLaboratory = bearer(trial.installation, askers.laboratory, 'evidence:write');
  const check = (one: Someone) => ({
    ...{ document: one.document, venue: 'train', masked: true, identityVerified: true },
  });
  return {
    overview: [get('/areas')],
    history: cookies.map((cookie) => get('/me/history', cookie)),
    help: [get('/openapi.json')],
    deferrable: people.map((_, i) => post('/evidence', asLaboratory, [recordAbout(i)])),
    showing: cookies.map((cookie) => get('/me/code', cookie)),
    checking: people.map((one) => post('/checks', asGate, check(one))),
  };
}

const cookieName = cookieKind(SESSION_COOKIE, false).name;

function bearer({ keys, identity }: Installation, clientId: string, scope: string): string {
  const iat = Math.floor(Date.now() / 1_000);
  const token = signToken(tokenKeysOf(keys), {
    ...{ aud: identity.installationId, client_id: clientId, scope, jti: randomUUID() },
    ...{ iat, exp: iat + TOKEN_LIFETIME_SECONDS },
  });
  return `Authorization: Bearer ${token}\r\n`;
}

/** A negative test about somebody else than those who show their codes; its id has room for a number. */
function recordAbout(person: number): object {
  const at = '2021-01-05T08:00:00+08:00';
  return {
    ...{ source: 'laboratory', id: 'overload-#########', version: 1, kind: 'nat' },
    person: { document: madeUpDocument(person) },
    data: { result: 'negative', sampledAt: at, reportedAt: at },
  };
}

function get(path: string, headers = ''): string {
  return `GET ${API_ROOT}${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
}

function post(path: string, headers: string, content: object): string {
  const body = JSON.stringify(content);
  const length = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  return `POST ${API_ROOT}${path} HTTP/1.1\r\nHost: a\r\n${headers}${length}\r\n${body}`;
}

/** A clock tick of Linux, in which /proc counts. */
const TICK_US = 10_000;

function measure(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    megabytes: Number(kilobytes) / 1_024,
    cpuUs: (Number(fields[11]) + Number(fields[12])) * TICK_US,
  };
}
