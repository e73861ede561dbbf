import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { createProver } from '../../api/clients/proof.ts';
import { readProof } from './proof.ts';

const NOW = Date.UTC(2021, 0, 6);
const ADDRESS = 'https://code.example/api/v1/evidence';
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const ath = (token: string) => createHash('sha256').update(token).digest('base64url');

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = pair.publicKey.export({ format: 'jwk' });
const header = { typ: 'dpop+jwt', alg: 'ES256', jwk };
const payload = { jti: 'j', htm: 'POST', htu: ADDRESS, iat: NOW / 1_000, ath: ath('t') };

function prove(head: object, body: object, key: KeyObject = pair.privateKey): string {
  const text = `${encode(head)}.${encode(body)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const read = (proof: string, url = `${ADDRESS}?page=2`) =>
  readProof(proof, { method: 'POST', url, token: 't' }, NOW);

describe('a proof of possession', () => {
  test('holds for its request, and names its key and itself', () => {
    const held = read(prove(header, payload));
    assert.ok(typeof held === 'object');
    const canonical = `{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`;
    assert.equal(held.thumbprint, createHash('sha256').update(canonical).digest('base64url'));
    assert.equal(held.expiresAt, NOW + 60_000);
  });

  test('is another one for another jti or another key, and the same for the same', () => {
    const idOf = (proof: string) => (read(proof) as { id: string }).id;
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const otherHeader = { ...header, jwk: other.publicKey.export({ format: 'jwk' }) };
    const first = idOf(prove(header, payload));
    assert.equal(idOf(prove(header, payload)), first);
    assert.notEqual(idOf(prove(header, { ...payload, jti: 'k' })), first);
    assert.notEqual(idOf(prove(otherHeader, payload, other.privateKey)), first);
  });

  test('that our own client makes holds', async () => {
    const prover = await createProver(() => NOW);
    assert.equal(typeof read(await prover.prove('POST', `${ADDRESS}?page=2#x`, 't')), 'object');
    const forToken = readProof(await prover.prove('POST', ADDRESS), { method: 'POST', url: ADDRESS }, NOW);
    assert.equal(typeof forToken, 'object');
  });

  test('computes the thumbprint of the example in RFC 9449', () => {
    // Section 6.1 gives the key of section 4.1 the thumbprint below; the proof is that of figure 2.
    const proof =
      'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg';
    const url = 'https://server.example.com/token';
    const held = readProof(proof, { method: 'POST', url }, 1_562_262_616_000);
    assert.equal((held as { thumbprint: string }).thumbprint, '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I');
  });

  const off = { ...jwk, y: jwk.x };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' });
  const secret = pair.privateKey.export({ format: 'jwk' });
  const thief = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // biome-ignore format: a table reads better as a table
  const attacks: readonly (readonly [what: string, proof: string, fault: string])[] = [
    ['for another method', prove(header, { ...payload, htm: 'GET' }), 'other-request'],
    ['for another address', prove(header, { ...payload, htu: 'https://code.example/api/v1/checks' }), 'other-request'],
    ['for another host', prove(header, { ...payload, htu: 'https://other.example/api/v1/evidence' }), 'other-request'],
    ['for another scheme', prove(header, { ...payload, htu: 'http://code.example/api/v1/evidence' }), 'other-request'],
    ['for no address', prove(header, { ...payload, htu: 'x' }), 'other-request'],
    ['for another token', prove(header, { ...payload, ath: ath('u') }), 'other-token'],
    ['for no token', prove(header, { ...payload, ath: undefined }), 'other-token'],
    ['from a minute ago', prove(header, { ...payload, iat: NOW / 1_000 - 61 }), 'not-now'],
    ['from a minute ahead', prove(header, { ...payload, iat: NOW / 1_000 + 61 }), 'not-now'],
    ['signed by another key', prove(header, payload, thief.privateKey), 'forged'],
    ['with the algorithm none', `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`, 'malformed'],
    ['with a symmetric algorithm', prove({ ...header, alg: 'HS256' }, payload), 'malformed'],
    ['with a key that is not on the curve', prove({ ...header, jwk: off }, payload), 'forged'],
    ['with an RSA key', prove({ ...header, jwk: rsa }, payload), 'malformed'],
    ['with a secret key in it', prove({ ...header, jwk: secret }, payload), 'malformed'],
    ['of another type', prove({ ...header, typ: 'at+jwt' }, payload), 'malformed'],
    ['with an extension that must be understood', prove({ ...header, crit: ['x'] }, payload), 'malformed'],
    ['without an id', prove(header, { ...payload, jti: '' }), 'malformed'],
    ['whose time is a text', prove(header, { ...payload, iat: '1' }), 'malformed'],
    ['that is very long', prove(header, { ...payload, more: 'x'.repeat(5_000) }), 'malformed'],
    ['twice in one header', `${prove(header, payload)}, ${prove(header, payload)}`, 'malformed'],
    ['that is no JSON', 'a.b.c', 'malformed'],
    ['that is empty', '', 'malformed'],
  ];
  for (const [what, proof, fault] of attacks) {
    test(`${what} is ${fault}`, () => assert.equal(read(proof), fault));
  }
});
