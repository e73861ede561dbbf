// `npm run vectors`: writes credential/vectors.json, known answers for whoever makes a gate. Signatures are made anew each time.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase45 } from '../../credential/base45.ts';
import { hintInput, hintOf } from '../../credential/hint.ts';
import { FORMS, type Pass } from '../../credential/pass.ts';
import { passText, TEXT_PREFIX } from '../../credential/show.ts';
import { SUITES } from '../../credential/suites.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { DAY_MS, type Instant, printInstant } from '../../domain/time.ts';
import { verify } from '../../gate/verify.ts';
import { onePassEach, PASS_AT } from '../made-up-passes.ts';
import { type Issuer, makeIssuer, namedKey, shownBy, textOf } from '../pass-issuer.ts';
import { plain } from './plain.ts';
import { type Engine, keysOf, readVector, viewOf } from './run-vectors.ts';
import type { HintVector, KeyVector, PassVector, RefusalVector, Vectors } from './vectors.ts';

const ABOUT =
  'Known answers of the pass (docs/pass.md). Each private key is the SHA-256 of a name, such as "vectors ES256": nothing real is signed with them.';

const span = { notBefore: PASS_AT - 30 * DAY_MS, notAfter: PASS_AT + 90 * DAY_MS };
const phone = namedKey('vectors phone');
const passes = onePassEach(phone.publicKey);
const issuers = SUITES.map((suite) => makeIssuer(namedKey(`vectors ${suite}`, suite), 'pass', span));
const [issuer] = issuers as [Issuer];
const named = (name: string, changes: Partial<Issuer['known']>) =>
  makeIssuer(namedKey(`vectors ${name}`), changes.use ?? 'pass', { ...span, ...changes });
const others = {
  province: named('province', { province: '32' }),
  use: named('status', { use: 'status' }),
  expired: named('expired', { notAfter: PASS_AT }),
  coming: named('coming', { notBefore: PASS_AT + DAY_MS }),
  revoked: named('revoked', { revokedAt: PASS_AT - 1_000 }),
};

const trusted: Omit<Vectors, 'passes' | 'refusals' | 'hints'> = {
  about: ABOUT,
  province: '33',
  parameters: USUAL_PARAMETERS,
  keys: [...issuers, ...Object.values(others)].map(({ known }) => plain(known) as KeyVector),
  lists: {
    epoch: passes.holder.epoch,
    at: printInstant(PASS_AT),
    people: { [passes.holder.index]: 2, 7: 3, 8: 1 },
    cards: { [passes.paper.index]: 2, 900124: 1 },
  },
};
const engine: Engine = {
  verify: async (check) => verify(check),
  sha256: async (bytes) => createHash('sha256').update(bytes).digest(),
};

const vectors: Vectors = {
  ...trusted,
  passes: await Promise.all(issuers.flatMap((each) => FORMS.map((form) => passVector(passes[form], each)))),
  refusals: refusals(),
  hints: [
    hint(passes.holder.epoch, 65_012_345, '33010619900307123X'),
    hint(0, 900_123, '330106194808152219'),
  ],
};
const path = join(import.meta.dirname, '../../credential/vectors.json');
writeFileSync(path, `${JSON.stringify(vectors, null, 2)}\n`);

async function passVector(pass: Pass, by: Issuer): Promise<PassVector> {
  const text = textOf(pass, by, phone, PASS_AT);
  const at = printInstant(PASS_AT + 3_000);
  const read = await readVector({ text, at }, keysOf(vectorsSoFar()), viewOf(trusted.lists), engine);
  const { opened, signed, conclusion } = plain(read) as {
    opened: Pick<PassVector, 'pass' | 'shownAt'>;
    signed: string[];
    conclusion: unknown;
  };
  const name = `${pass.form}, ${by.suite}`;
  return { name, form: pass.form, suite: by.suite, text, at, ...opened, signed, conclusion };
}

function vectorsSoFar(): Vectors {
  return { ...trusted, passes: [], refusals: [], hints: [] };
}

function refusals(): RefusalVector[] {
  const { online, holder, group, paper } = passes;
  const holders = issuer.issuePass(holder);
  const text = textOf(holder, issuer, phone, PASS_AT);
  const onlineText = textOf(online, issuer, phone, PASS_AT);
  const from = (name: string, by: Issuer, reason: RefusalVector['reason']) =>
    refusal(name, textOf(online, by, phone, PASS_AT), reason);
  const shownLater = (seconds: number) => shownBy(phone, holders, PASS_AT + seconds * 1_000);
  return [
    refusal('another prefix', text.replace('ZJ1:', 'HC1:'), 'unreadable'),
    refusal('a character short', text.slice(0, -1), 'unreadable'),
    refusal('a longer way to write the same', passText(looser(onlineText)), 'not-canonical'),
    refusal('another bit of the signature of the phone', changed(text, -1), 'bad-signature'),
    refusal('another bit of the signature of the issuer', changed(onlineText, -1), 'bad-signature'),
    refusal('shown by another phone', shownBy(namedKey('vectors thief'), holders, PASS_AT), 'bad-signature'),
    refusal('as it was fetched, not shown', passText(holders), 'not-shown'),
    refusal('a picture of 20 seconds ago', text, 'shown-too-long-ago', PASS_AT + 20_000),
    { ...refusal('a clock ten minutes ahead', shownLater(600), 'phone-clock'), offsetSeconds: 600 },
    { ...refusal('a clock ten minutes behind', shownLater(-600), 'phone-clock'), offsetSeconds: -600 },
    refusal('a minute after its issue', onlineText, 'expired', PASS_AT + 60_000),
    refusal('ten seconds before its issue', onlineText, 'not-yet', PASS_AT - 10_000),
    refusal(
      'of another epoch',
      textOf({ ...holder, epoch: holder.epoch - 1 }, issuer, phone, PASS_AT),
      'wrong-epoch',
    ),
    refusal('ended', textOf({ ...holder, index: 8 }, issuer, phone, PASS_AT), 'not-in-force'),
    refusal(
      'a card that was replaced',
      textOf({ ...paper, index: 900_124 }, issuer, phone, PASS_AT),
      'not-in-force',
    ),
    refusal(
      'a member without a statement',
      textOf(withMember(group, 8), issuer, phone, PASS_AT),
      'not-in-force',
    ),
    from('a key that is not on the list', makeIssuer(namedKey('vectors nobody')), 'unknown-key'),
    from('another province', others.province, 'other-province'),
    from('a key for other things', others.use, 'wrong-use'),
    from('a key that has expired', others.expired, 'key-expired'),
    from('a key that is to come', others.coming, 'key-not-yet'),
    from('a key that was revoked', others.revoked, 'key-revoked'),
    from('another suite than that of the key', mislabelled(), 'wrong-suite'),
  ];
}

function refusal(
  name: string,
  text: string,
  reason: RefusalVector['reason'],
  at: Instant = PASS_AT,
): RefusalVector {
  return { name, text, at: printInstant(at), reason };
}

function withMember(group: Extract<Pass, { form: 'group' }>, index: number): Pass {
  return { ...group, members: [...group.members, { index, hint: 1 }] };
}

/** A key that signs under the name of a key of another suite. */
function mislabelled(): Issuer {
  return makeIssuer(namedKey('vectors ES256'), 'pass', { kid: issuers[1]!.known.kid });
}

/** The array in one byte more than it needs. */
function looser(text: string): Uint8Array {
  return Uint8Array.from([0xd2, 0x98, 0x04, ...bytesOf(text).subarray(2)]);
}

/** A text with the lowest bit of one of its bytes turned. */
function changed(text: string, at: number): string {
  const bytes = bytesOf(text);
  return passText(bytes.with(at, bytes.at(at)! ^ 1));
}

function bytesOf(text: string): Uint8Array {
  return decodeBase45(text.slice(TEXT_PREFIX.length))!;
}

function hint(epoch: number, index: number, number: string): HintVector {
  const documentType = 'resident-id';
  const input = hintInput(epoch, index, documentType, number);
  const digest = createHash('sha256').update(input).digest();
  return { epoch, index, documentType, number, input: plain(input) as string, hint: hintOf(digest) };
}
