import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { bindingProof, fetchingProof } from '../../../api/passes/phone-proofs.ts';
import type { fetchPasses, listPhones } from '../../../api/passes/phones.ts';
import type { Part } from '../../../api/route.ts';
import { parseSign1 } from '../../../credential/cose/sign1.ts';
import { decodePass } from '../../../credential/passes.ts';
import { epochAt } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { printInstant } from '../../../domain/time.ts';
import { peopleService, resident, type SignedIn } from '../../../test/people-service.ts';
import { makePhoneKey, type TestPhone, testPhone } from '../../../test/phone.ts';
import { numbersApart } from '../../../test/resident-numbers.ts';
import { withWard } from '../../../test/wards.ts';

const NUMBERS = numbersApart(20);
const MINUTE_MS = 60_000;
const STRANGER = randomUUID();
/** There is no point of P-256 with the x-coordinate 1. */
const NO_POINT = Buffer.from(`02${'1'.padStart(64, '0')}`, 'hex').toString('base64url');

describe('phones under attack', () => {
  const service = peopleService();
  const somebody = (i: number) => service.withCode(resident(NUMBERS[i]!));
  const said = async (response: Response | Promise<Response>) => {
    const body = (await (await response).json()) as { code?: string; errors?: { path: string }[] };
    return [(await response).status, body.code, body.errors?.map(({ path }) => path).join()]
      .filter(Boolean)
      .join(' ');
  };
  const post = (person: SignedIn, phoneId: string, body: object) =>
    said(person.send('POST', `/me/phones/${phoneId}/passes`, body));

  const phonesOf = async (person: SignedIn) =>
    ((await (await person.get('/me/phones')).json()) as Part<typeof listPhones, 'reply'>).phones;

  test('a session that is older than five minutes binds nothing', async () => {
    const anna = await somebody(0);
    const key = makePhoneKey();
    const bind = () => {
      const proof = key.sign(bindingProof(key.publicKey)).toString('base64url');
      return said(anna.send('POST', '/me/phones', { publicKey: key.publicKey, name: 'A phone', proof }));
    };
    service.pass(5 * MINUTE_MS + 1_000);
    assert.equal(await bind(), '401 unauthenticated');
  });

  test('a key that its phone has not proved, or that is none, is bound by nobody', async () => {
    const anna = await somebody(1);
    const [key, other] = [makePhoneKey(), makePhoneKey()];
    const bind = (publicKey: string, proof: Buffer) => {
      const body = { publicKey, name: 'A phone', proof: proof.toString('base64url') };
      return said(anna.send('POST', '/me/phones', body));
    };
    const { publicKey } = key;
    assert.equal(await bind(publicKey, other.sign(bindingProof(publicKey))), '400 invalid /proof');
    assert.equal(await bind(publicKey, key.sign(bindingProof(other.publicKey))), '400 invalid /proof');
    assert.equal(await bind(publicKey, key.sign(publicKey)), '400 invalid /proof');
    assert.equal(await bind(publicKey, Buffer.alloc(64)), '400 invalid /proof');
    assert.equal(await bind(NO_POINT, key.sign(bindingProof(NO_POINT))), '400 invalid /publicKey');
    assert.equal(await bind(publicKey.slice(0, -1), key.sign(publicKey)), '400 invalid /publicKey');
    assert.deepEqual(await phonesOf(anna), []);
  });

  test('a fourth phone is refused, and pushes none out', async () => {
    const anna = await somebody(2);
    const phones = [testPhone(), testPhone(), testPhone()];
    for (const phone of phones) await phone.bind(anna);
    await assert.rejects(testPhone().bind(anna), /conflict.*full/);
    for (const phone of phones) assert.equal((await phone.fetch(anna, service.now())).status, 200);
    // Nor do many at once get past.
    const bo = await somebody(3);
    const bound = await Promise.allSettled(Array.from({ length: 6 }, () => testPhone().bind(bo)));
    assert.equal(bound.filter(({ status }) => status === 'fulfilled').length, 3);
  });

  test('an account without a code binds nothing and has no phones', async () => {
    const nobody = await service.signIn('nobody');
    await assert.rejects(testPhone().bind(nobody), /conflict/);
    assert.deepEqual(await phonesOf(nobody), []);
  });

  test('the phone of another account is like one that is not there', async () => {
    const [anna, eve] = [await somebody(4), await somebody(5)];
    const [phone, own] = [testPhone(), testPhone()];
    const { phoneId } = await phone.bind(anna);
    await own.bind(eve);
    const asked = phone.askFor(service.now());
    const text = async (id: string, method: 'POST' | 'DELETE') => {
      const path = method === 'POST' ? `/me/phones/${id}/passes` : `/me/phones/${id}`;
      const reply = (await (
        await eve.send(method, path, method === 'POST' ? asked : undefined)
      ).json()) as object;
      return { ...reply, instance: undefined };
    };
    for (const method of ['POST', 'DELETE'] as const) {
      assert.deepEqual(await text(phoneId, method), await text(STRANGER, method));
      assert.equal(((await text(phoneId, method)) as { code?: string }).code, 'not-found');
    }
    assert.equal((await phone.fetch(anna, service.now())).status, 200, 'it is there still');
    assert.equal(await said(fetch(`${service.url}/api/v1/me/phones`)), '401 unauthenticated');
    assert.equal(await said(eve.get('/me/phones/x/passes')), '405 method-not-allowed');
  });

  test('a stolen session fetches nothing without the key of the phone', async () => {
    const anna = await somebody(6);
    const [phone, thief] = [testPhone(), testPhone()];
    const { phoneId } = await phone.bind(anna);
    const now = service.now();
    const asked = phone.askFor(now);
    assert.equal(await post(anna, phoneId, thief.askFor(now)), '400 invalid /proof');
    const changes: object[] = [
      { keys: thief.askFor(now).keys },
      { keys: asked.keys.slice(1) },
      { keys: [...asked.keys].reverse() },
      { askedAt: printInstant(now + 1) },
      { companions: [STRANGER] },
      { proof: thief.askFor(now).proof },
    ];
    for (const change of changes)
      assert.equal(
        await post(anna, phoneId, { ...asked, ...change }),
        '400 invalid /proof',
        JSON.stringify(change),
      );
    // The proof of one phone of the account is not that of another.
    const second = await thief.bind(anna);
    assert.equal(await post(anna, second.phoneId, asked), '400 invalid /proof');
  });

  test('a recorded request is refused after five minutes, and fetches until then what only the phone can show', async () => {
    const anna = await somebody(7);
    const phone = testPhone();
    const { phoneId } = await phone.bind(anna);
    const asked = phone.askFor(service.now());
    const keysIn = async (response: Response) =>
      ((await response.json()) as Part<typeof fetchPasses, 'reply'>).passes.map(({ pass }) => {
        const read = decodePass(parseSign1(Buffer.from(pass, 'base64url'))!.payload)!;
        return 'holderKey' in read && Buffer.from(read.holderKey).toString('base64url');
      });
    const expected = asked.keys.map(({ publicKey }) => publicKey);
    for (let i = 0; i < 2; i++)
      assert.deepEqual(
        await keysIn(await anna.send('POST', `/me/phones/${phoneId}/passes`, asked)),
        expected,
      );
    service.pass(5 * MINUTE_MS + 1_000);
    assert.equal(await post(anna, phoneId, asked), '400 invalid /askedAt');
    for (const askedAt of [printInstant(service.now() + MINUTE_MS), 'now', '2021-01-06', ''])
      assert.equal(
        await post(anna, phoneId, phone.askFor(service.now(), { askedAt })),
        '400 invalid /askedAt',
      );
  });

  test('passes are of this epoch and the four to come, one for each, each with a key of its own', async () => {
    const anna = await somebody(8);
    const phone = testPhone();
    const { phoneId } = await phone.bind(anna);
    const now = service.now();
    const epoch = epochAt(now, USUAL_PARAMETERS);
    for (const other of [epoch - 1, epoch + 5, 0, 2 ** 40])
      assert.equal(
        await post(anna, phoneId, phone.askFor(now, { epochs: [other] })),
        '400 invalid /keys/0/epoch',
      );
    assert.equal(
      await post(anna, phoneId, phone.askFor(now, { epochs: [epoch, epoch] })),
      '400 invalid /keys/1/epoch',
    );
    const { keys } = phone.askFor(now);
    const twice = [keys[0]!, { ...keys[1]!, publicKey: keys[0]!.publicKey }];
    assert.equal(
      await post(anna, phoneId, signedFor(phone, phoneId, now, twice)),
      '400 invalid /keys/1/publicKey',
    );
    const none = [{ epoch, publicKey: NO_POINT }];
    assert.equal(
      await post(anna, phoneId, signedFor(phone, phoneId, now, none)),
      '400 invalid /keys/0/publicKey',
    );
    assert.equal(await post(anna, phoneId, signedFor(phone, phoneId, now, [])), '400 invalid /keys');
  });

  test('nobody is shown together with somebody for whom they do not answer', async () => {
    const [anna, bo] = [await somebody(9), await somebody(10)];
    const { personId } = await withWard(service, bo);
    const phone = testPhone();
    const { phoneId } = await phone.bind(anna);
    for (const companion of [personId, bo.session.personId!, anna.session.personId!, STRANGER]) {
      const asked = phone.askFor(service.now(), { companions: [companion] });
      assert.equal(await post(anna, phoneId, asked), '400 invalid /companions/0');
    }
    const own = testPhone();
    const bound = await own.bind(bo);
    const twice = own.askFor(service.now(), { companions: [personId, personId] });
    assert.equal(await post(bo, bound.phoneId, twice), '400 invalid /companions/1');
  });

  test('no input sets a colour, a name, or whose pass it is', async () => {
    const anna = await somebody(11);
    const phone = testPhone();
    const { phoneId } = await phone.bind(anna);
    const asked = phone.askFor(service.now());
    const more = [
      { colour: 'green' },
      { rules: 7 },
      { personId: STRANGER },
      { index: 1 },
      { expiresAt: '2099' },
    ];
    for (const field of more) {
      assert.match(await post(anna, phoneId, { ...asked, ...field }), /^400 invalid/);
      const keys = asked.keys.map((one) => ({ ...one, ...field }));
      assert.match(await post(anna, phoneId, { ...asked, keys }), /^400 invalid/);
    }
  });

  test('whoever asks too often has to wait', async () => {
    const anna = await somebody(12);
    const phone = testPhone();
    await phone.bind(anna);
    const first = epochAt(service.now(), USUAL_PARAMETERS);
    let status = 200;
    for (let i = 0; i < 61 && status === 200; i++) {
      // A session may ask ten times a second.
      if (i % 10 === 9) service.pass(1_000);
      status = (await phone.fetch(anna, service.now(), { epochs: [first + 1] })).status;
    }
    assert.equal(status, 429);
  });

  test('nothing about a person stands in the bytes of a pass, and no two passes share a key or an index', async () => {
    const seen = new Set<string>();
    for (const i of [13, 14, 15]) {
      const person = await somebody(i);
      const phone = testPhone();
      const { phoneId } = await phone.bind(person, '小明的手机');
      const { passes } = (await (await phone.fetch(person, service.now())).json()) as Part<
        typeof fetchPasses,
        'reply'
      >;
      const { accountId, personId, sessionId } = person.session;
      const texts = [NUMBERS[i]!, NUMBERS[i]!.slice(6, 14), '小明', '明'].map((text) => Buffer.from(text));
      const ids = [accountId, personId!, sessionId, phoneId].map((id) =>
        Buffer.from(id.replaceAll('-', ''), 'hex'),
      );
      const secrets = [...texts, ...ids, Buffer.from(phone.key.publicKey, 'base64url').subarray(1)];
      for (const { pass } of passes) {
        const bytes = Buffer.from(pass, 'base64url');
        for (const secret of secrets) assert.ok(!bytes.includes(secret), secret.toString('hex'));
        const read = decodePass(parseSign1(bytes)!.payload)!;
        assert.ok(read.form === 'holder');
        for (const trace of [`${read.epoch} ${read.index}`, Buffer.from(read.holderKey).toString('hex')]) {
          assert.ok(!seen.has(trace));
          seen.add(trace);
        }
      }
    }
  });
});

/** A request for any keys, proved by the phone. */
function signedFor(
  { key }: TestPhone,
  phoneId: string,
  now: number,
  keys: readonly { readonly epoch: number; readonly publicKey: string }[],
): object {
  const askedAt = printInstant(now);
  const texts = keys.map(({ publicKey }) => publicKey);
  const proof = key.sign(fetchingProof(phoneId, askedAt, texts, [])).toString('base64url');
  return { keys, companions: [], askedAt, proof };
}
