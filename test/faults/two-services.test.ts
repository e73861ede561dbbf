import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parseSign } from '../../credential/cose/sign.ts';
import { parseSign1 } from '../../credential/cose/sign1.ts';
import { decodeStatus } from '../../credential/status/payloads.ts';
import { decodeKeyList } from '../../credential/trust/key-list-content.ts';
import { freshDatabase } from '../database.ts';
import { PROGRAM } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';

/** The head is signed every ten seconds; whose turn it was may have half a minute left. */
const PATIENCE_MS = 120_000;

describe('two services that begin at once, on one new database and one folder of keys,', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  const trust = join(folder, 'keys', 'trust');
  const services: { readonly child: ChildProcess; readonly url: string }[] = [];
  const environment = () => ({
    ...process.env,
    DATABASE_URL: database.url,
    HEALTHCODE_KEYS: join(folder, 'keys'),
  });
  before(async () => {
    services.push(...(await Promise.all([startOne(), startOne()])));
  });
  after(() => {
    for (const { child } of services) child.kill('SIGKILL');
  });

  async function startOne() {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], { env: environment() });
    child.stderr.resume();
    for await (const line of createInterface({ input: child.stdout }))
      return { child, url: line.slice(line.indexOf('http')) };
    throw new Error('the service does not start');
  }

  const healthcode = (...args: string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: environment() });
  const fetched = async (url: string, path: string) => {
    const reply = await fetch(`${url}/api/v1/trust/${path}`);
    return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : undefined;
  };
  const keyList = async (url: string) => decodeKeyList(parseSign((await fetched(url, 'keys'))!)!.payload)!;
  /** The head that a service gives, and the key that has signed it. */
  const headOf = async (url: string) => {
    const signed = parseSign1((await fetched(url, 'status/head')) ?? new Uint8Array());
    const head = signed && decodeStatus(signed.payload);
    return head?.kind === 'head'
      ? { at: head.at, kid: Buffer.from(signed!.kid!).toString('hex') }
      : undefined;
  };

  test('have one root and one key list, and sign by one signer', async () => {
    const lists = await Promise.all(services.map(({ url }) => fetched(url, 'keys')));
    assert.deepEqual(lists[0], lists[1]);
    await until(async () => (await headOf(services[0]!.url)) !== undefined, PATIENCE_MS);
  });

  test('go over to a new key while they run, and all that they sign is by it', async () => {
    const { stdout } = await healthcode('trust', 'new-key', 'delta', '--to', join(trust, 'signer'));
    const next = join(folder, 'next');
    writeFileSync(`${next}.json`, stdout);
    const from = new Date(Date.now() - 1_000).toISOString();
    await healthcode('trust', 'draft-keys', '--out', next, '--add', `${next}.json`, '--from', from);
    const holders = readdirSync(join(trust, 'offline')).filter((name) => name.startsWith('root'));
    for (const holder of holders.slice(0, 2))
      await healthcode('trust', 'sign', next, '--key', join(trust, 'offline', holder));
    await healthcode('trust', 'publish', next);
    const { kid } = JSON.parse(stdout) as { kid: string };
    for (const { url } of services) {
      await until(async () => (await keyList(url)).version === 2, PATIENCE_MS);
      await until(async () => (await headOf(url))?.kid === kid, PATIENCE_MS);
    }
  });

  test('are replaced by each other: when one is killed with its signer, the other signs on', async () => {
    const [first, second] = services as [(typeof services)[0], (typeof services)[0]];
    const before = (await headOf(second.url))!;
    first.child.kill('SIGKILL');
    await until(async () => ((await headOf(second.url))?.at ?? 0) > before.at + 5_000, PATIENCE_MS);
  });
});
