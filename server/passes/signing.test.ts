import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { parseSign1 } from '../../credential/cose/sign1.ts';
import { encodePass } from '../../credential/passes.ts';
import { readText } from '../../credential/read.ts';
import { passText } from '../../credential/show.ts';
import { encodeStatus } from '../../credential/status/payloads.ts';
import { SUITES } from '../../credential/suites.ts';
import { DAY_MS, printInstant } from '../../domain/time.ts';
import { verify } from '../../gate/verify.ts';
import { USUAL_BUDGET } from '../../signer/budget.ts';
import { readFrames } from '../../signer/socket/frames.ts';
import { shortPath } from '../../signer/socket/listen.ts';
import { onlinePassAt } from '../../test/made-up-passes.ts';
import { testService } from '../../test/service.ts';
import { hostSigner } from '../../test/signer.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { until } from '../../test/until.ts';
import { createLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { openSigning } from './open-signing.ts';
import { keepSigner } from './signer-process.ts';
import { connectSigning, type Signing, SigningError } from './signing.ts';
import { SIGNER_FOLDER, socketIn } from './trust/trust-folder.ts';

const temporary = temporaryFolder();
const codeOf = (error: unknown) => (error instanceof SigningError ? error.code : String(error));

describe('what the signer of an installation signs', () => {
  const service = testService();

  for (const suite of SUITES)
    test(`is a pass that counts for whoever has the key list, by ${suite}`, async () => {
      const { signing, trust } = await service.passes();
      const pass = onlinePassAt(service.now);
      const signed = await signing.sign('pass', encodePass(pass), suite);
      const opened = readText(passText(signed), trust.keys(), service.now, verify);
      assert.equal(opened.kind, 'opened');
      assert.deepEqual(opened.kind === 'opened' && opened.pass, pass);
      assert.equal(trust.keys().find((opened as { kid: Uint8Array }).kid)?.suite, suite);
    });

  test('comes to whoever asked for it, however many ask at once', async () => {
    const { signing, trust } = await service.passes();
    const indexes = Array.from({ length: 1_500 }, (_, index) => index);
    const read = await Promise.all(
      indexes.map(async (index) => {
        const signed = await signing.sign('pass', encodePass(onlinePassAt(service.now, { index })));
        return readText(passText(signed), trust.keys(), service.now, () => true);
      }),
    );
    assert.deepEqual(
      read.map((one) => one.kind === 'opened' && 'index' in one.pass && one.pass.index),
      indexes,
    );
  });

  test('is nothing that outlives its form, comes from the future, or belongs to another use', async () => {
    const { signing } = await service.passes();
    const yearLong = onlinePassAt(service.now, { expiresAt: service.now + 365 * DAY_MS });
    const tomorrow = onlinePassAt(service.now + DAY_MS);
    for (const pass of [yearLong, tomorrow])
      assert.equal(await signing.sign('pass', encodePass(pass)).catch(codeOf), 'refused');
    const pass = encodePass(onlinePassAt(service.now));
    for (const use of ['status', 'delta', 'rules', 'venue', 'province', 'proof'] as const)
      assert.equal(await signing.sign(use, pass).catch(codeOf), 'refused');
  });
});

describe('what is to be signed while the signer works on something', () => {
  const service = testService();

  /** Stands before the signer: tells how many requests each frame held, and lets replies through when it is told to. */
  async function standBefore(signer: { readonly socket: string }) {
    const frames: number[] = [];
    const held: (() => void)[] = [];
    let isHeld = true;
    const socket = join(temporary, `${randomUUID().slice(0, 8)}.sock`);
    const server = createServer((client) => {
      const behind = connect(shortPath(signer.socket));
      const count = readFrames(
        (items) => frames.push(items.length),
        () => {},
      );
      client.on('data', (chunk) => {
        count(chunk);
        behind.write(chunk);
      });
      behind.on('data', (chunk) => (isHeld ? held.push(() => client.write(chunk)) : client.write(chunk)));
      client.on('close', () => behind.destroy());
    }).listen(shortPath(socket));
    await once(server, 'listening');
    const release = () => {
      isHeld = false;
      for (const pass of held) pass();
    };
    return { socket, frames, release, close: () => server.close() };
  }

  const askInTurns = async (signing: Signing, count: number) => {
    const asked: Promise<Uint8Array>[] = [];
    for (let index = 0; index < count; index++) {
      asked.push(signing.sign('pass', encodePass(onlinePassAt(service.now, { index }))));
      await setImmediate();
    }
    return asked;
  };

  test('is gathered until all of that is answered, and goes in one frame', async () => {
    const { signer } = await service.passes();
    const before = await standBefore(signer);
    const signing = connectSigning({ socket: before.socket, gatherMs: 60_000 });
    const first = await askInTurns(signing, 1);
    await until(() => before.frames.length === 1);
    const others = await askInTurns(signing, 10);
    assert.deepEqual(before.frames, [1]);
    before.release();
    assert.equal((await Promise.all([...first, ...others])).length, 11);
    assert.deepEqual(before.frames, [1, 10]);
    signing.close();
    before.close();
  });

  test('is not kept waiting for long when that takes long', async () => {
    const { signer } = await service.passes();
    const before = await standBefore(signer);
    const signing = connectSigning({ socket: before.socket, gatherMs: 1 });
    const asked = await askInTurns(signing, 3);
    await until(() => before.frames.reduce((sum, count) => sum + count, 0) === 3);
    before.release();
    await Promise.all(asked);
    signing.close();
    before.close();
  });
});

describe('a service whose signer', () => {
  const service = testService();
  const pass = () => encodePass(onlinePassAt(service.now));

  test('is lost says so at once, and signs again when it is back', async () => {
    const { signer, trustFolder } = await service.passes();
    const reached: boolean[] = [];
    const signing = connectSigning({ ...signer, patienceMs: 1_000, onReached: (is) => reached.push(is) });
    await until(() => reached.length === 1);
    await signing.sign('pass', pass());
    await signer.close();
    assert.equal(await signing.sign('pass', pass()).catch(codeOf), 'away');
    const waiting = connectSigning({ ...signer });
    const signed = waiting.sign('pass', pass());
    const back = await hostSigner({ trustFolder }, () => service.now);
    assert.ok((await signed) instanceof Uint8Array);
    await until(() => reached.length === 3);
    assert.ok((await signing.sign('pass', pass())) instanceof Uint8Array);
    assert.deepEqual(reached, [true, false, true]);
    for (const one of [signing, waiting]) one.close();
    assert.equal(await signing.sign('pass', pass()).catch(codeOf), 'away');
    await back.close();
  });

  test('is told to sign passes by SM2 gets them so, and lists by the usual suite', async () => {
    const { trust, signer, trustFolder } = await service.passes();
    await signer.close();
    const next = await hostSigner({ trustFolder }, () => service.now);
    const log = createLog({ clock: () => service.now, write: () => {}, onPersonalData: 'throw' });
    const { signing, stop } = openSigning(
      { trustFolder },
      { signer: next, passSuite: 'SM2' },
      log,
      createMetrics(),
    );
    const kid = parseSign1(await signing.sign('pass', pass()))!.kid!;
    assert.equal(trust.keys().find(kid)!.suite, 'SM2');
    const at = service.now;
    const head = parseSign1(await signing.sign('delta', encodeStatus({ kind: 'head', at, epochs: [] })))!
      .kid!;
    assert.equal(trust.keys().find(head)!.suite, 'ES256');
    await stop();
    await next.close();
  });

  test('raises an alarm has it in its log and its measures, with nothing of a content', async () => {
    const { trustFolder } = await service.passes();
    const budget = { ...USUAL_BUDGET, pass: { perSecond: 0, burst: 1 } };
    const signer = await hostSigner({ trustFolder }, () => service.now, { budget });
    const lines: string[] = [];
    const log = createLog({
      clock: () => service.now,
      write: (line) => lines.push(line),
      onPersonalData: 'throw',
    });
    const metrics = createMetrics();
    const { signing, stop } = openSigning({ trustFolder }, { signer }, log, metrics);
    const results = await Promise.all(
      [pass(), pass()].map((each) => signing.sign('pass', each).catch(codeOf)),
    );
    assert.deepEqual(
      results.map((one) => (typeof one === 'string' ? one : 'signed')),
      ['signed', 'over-budget'],
    );
    await signing.sign('rules', pass()).catch(codeOf);
    await until(() => lines.length === 2);
    const told = lines.map((line) => JSON.parse(line));
    assert.deepEqual(
      told.map(({ level, event, what, use }) => [level, event, what, use]),
      [
        ['error', 'the signer raises an alarm', 'over-budget', 'pass'],
        ['error', 'the signer raises an alarm', 'refused', 'rules'],
      ],
    );
    const text = await metrics.text();
    assert.match(text, /signing_failures_total\{use="pass",code="over-budget"\} 1/);
    assert.match(text, /signer_alarms_total\{what="refused"\} 1/);
    assert.match(text, /signer_reached 1/);
    await stop();
    await signer.close();
  });
});

describe('a signer that is a child of the service', () => {
  // The child goes by the clock of the machine.
  const service = testService(printInstant(Date.now()));

  test('is started again when it is killed, and ends with the service', async () => {
    const { signer, trustFolder } = await service.passes();
    await signer.close();
    const pass = () => encodePass(onlinePassAt(Date.now()));
    const ended: string[] = [];
    const child = keepSigner(join(trustFolder, SIGNER_FOLDER), socketIn(trustFolder), (said) =>
      ended.push(said),
    );
    const signing = connectSigning({ socket: socketIn(trustFolder), patienceMs: 500 });
    const signs = async () => (await signing.sign('pass', pass()).catch(codeOf)) instanceof Uint8Array;
    await until(signs);
    const first = child.pid();
    process.kill(first!, 'SIGKILL');
    await until(signs);
    assert.notEqual(child.pid(), first);
    assert.deepEqual(ended, ['']);
    const second = child.pid();
    await child.stop();
    assert.throws(() => process.kill(second!, 0), { code: 'ESRCH' });
    signing.close();
  });

  test('stands by while another process has one on the same folder, and takes over when that ends', async () => {
    const { trustFolder } = await service.passes();
    const [folder, socket] = [join(trustFolder, SIGNER_FOLDER), socketIn(trustFolder)];
    const other = await hostSigner({ trustFolder }, Date.now);
    const ended: string[] = [];
    const child = keepSigner(folder, socket, (said) => ended.push(said), 50);
    await new Promise((done) => setTimeout(done, 300));
    assert.deepEqual([child.pid(), ended], [undefined, []]);
    await other.close();
    const signing = connectSigning({ socket, patienceMs: 500 });
    const pass = () => encodePass(onlinePassAt(Date.now()));
    await until(async () => (await signing.sign('pass', pass()).catch(codeOf)) instanceof Uint8Array);
    assert.ok(child.pid());
    signing.close();
    await child.stop();
  });

  test('says why it does not start', async () => {
    const { trustFolder } = await service.passes();
    const folder = join(trustFolder, SIGNER_FOLDER);
    chmodSync(folder, 0o755);
    const ended: string[] = [];
    const child = keepSigner(folder, socketIn(trustFolder), (said) => ended.push(said));
    await until(() => ended.length > 0);
    assert.match(ended[0]!, /others than its owner can reach/);
    await child.stop();
    chmodSync(folder, 0o700);
  });
});
