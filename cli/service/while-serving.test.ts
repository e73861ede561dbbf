import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { addVersion, promote } from '../../server/platform/keys/rotation.ts';
import { freshDatabase } from '../../test/database.ts';
import { PROGRAM } from '../../test/program.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';

const OVERSEAS = { country: 'SG', enteredAt: new Date(Date.now() - 86_400_000).toISOString() };
/** The service reads changed keys every second. */
const READ_MS = 2_000;
/** Where the signer takes longer than two seconds to start, the service tells that it does without it till then. */
const SLOW_SIGNER = 'SigningError';
const ADD_CUSTOMS =
  'clients add --id customs --name Customs --source customs --scope evidence:write --scope assessments:read'.split(
    ' ',
  );

interface Client {
  readonly clientId: string;
  readonly secret: string;
}

describe('while the service runs', () => {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');
  let service: ChildProcess;
  let url: string;
  let said = '';
  let token: string;
  let client: Client;
  before(async () => {
    service = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], { env: environment() });
    service.stderr!.on('data', (bytes) => {
      said += bytes;
    });
    for await (const line of createInterface({ input: service.stdout! })) {
      url = line.slice(line.indexOf('http'));
      break;
    }
  });
  after(() => service.kill('SIGKILL'));

  const environment = () => ({
    ...process.env,
    DATABASE_URL: database.url,
    HEALTHCODE_KEYS: keysFolder,
  });

  /** Runs a command in a process of its own, beside the service; gives the lines that it prints. */
  async function healthcode(...args: string[]): Promise<Record<string, unknown>[]> {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args], {
      env: environment(),
    });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** A token of a client, once it may call. */
  async function tokenOf({ clientId, secret }: Client): Promise<string | undefined> {
    const reply = await fetch(`${url}/api/v1/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return ((await reply.json()) as { access_token?: string }).access_token;
  }

  const ask = (path: string, body: unknown) =>
    fetch(`${url}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  /** States that two people came from overseas: how many records were new, and how many known. */
  async function state(...numbers: string[]): Promise<readonly [accepted: number, unchanged: number]> {
    const records = numbers.map((number) =>
      recordOf('customs', `O-${number.slice(-4)}`, number, 'overseas', OVERSEAS),
    );
    const { accepted, unchanged } = (await (await ask('evidence', records)).json()) as Record<string, number>;
    return [accepted!, unchanged!];
  }

  async function colourOf(number: string): Promise<unknown> {
    const document = { type: 'resident-id', number };
    const reply = await ask('lookups', { purpose: 'a test', document });
    return ((await reply.json()) as { colour?: unknown }).colour;
  }

  /** The version of the key by which tokens are signed. */
  async function tokenVersion(client: Client): Promise<unknown> {
    const [head] = (await tokenOf(client))!.split('.');
    return JSON.parse(Buffer.from(head!, 'base64url').toString()).kid;
  }

  test('a client is registered, and may call within seconds', async () => {
    const [added] = await healthcode(...ADD_CUSTOMS);
    client = added as unknown as Client;
    await until(async () => {
      token = (await tokenOf(client)) ?? '';
      return token !== '';
    });
    assert.deepEqual(await state(NUMBERS[0], NUMBERS[1]), [2, 0]);
    await until(async () => (await colourOf(NUMBERS[0])) === 'red');
  });

  test('keys are rotated to the national suite, and nobody is lost', async () => {
    for (const purpose of ['document', 'envelope', 'token'] as const)
      addVersion(keysFolder, purpose, { suite: 'sm4-sm3' });
    await sleep(READ_MS);
    for (const purpose of ['document', 'envelope', 'token'] as const)
      promote(keysFolder, purpose, { settleSeconds: 0 });
    await until(async () => (await tokenVersion(client)) === '2');
    await sleep(READ_MS);
    assert.deepEqual(await state(NUMBERS[1], NUMBERS[2]), [1, 1]);
    assert.deepEqual(await healthcode('keys', 'renew'), [
      { people: 3, applications: 0, indexes: 2, rewrapped: 2, unreadable: 0 },
    ]);
    await healthcode('keys', 'retire', 'envelope', '1', '--settle', '1');
    await healthcode('keys', 'retire', 'document', '1', '--settle', '1');
    await sleep(READ_MS);
    assert.deepEqual(await state(...NUMBERS), [1, 3]);
    await until(async () => (await colourOf(NUMBERS[3])) === 'red');
    for (const number of NUMBERS) assert.equal(await colourOf(number), 'red');
  });

  test('a client is barred, with the token that it has', async () => {
    await healthcode('clients', 'disable', 'customs');
    await until(async () => (await ask('evidence', [])).status === 401);
  });

  test('it tells that it runs, and that the offline keys are still there, and stops when it is asked to', async () => {
    const exit = once(service, 'exit');
    service.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
    const events = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ error }) => error !== SLOW_SIGNER)
      .map(({ event }) => event);
    const offline = 'the offline keys lie on this machine: hold a ceremony (docs/trust.md)';
    assert.deepEqual(events, [offline, 'ready'], said);
  });
});
