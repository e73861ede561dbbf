import { sign as coseJs } from 'cose-js';
import encodeQR from 'qr';
import { decodeBase45 } from '../../credential/base45.ts';
import { conclude } from '../../credential/conclude.ts';
import { uncompressed } from '../../credential/cose/point.ts';
import { parseSign1 } from '../../credential/cose/sign1.ts';
import { FORMS } from '../../credential/pass.ts';
import { readText } from '../../credential/read.ts';
import { TEXT_PREFIX } from '../../credential/show.ts';
import type { Status, StatusView } from '../../credential/status-view.ts';
import type { SignatureCheck, Suite } from '../../credential/suites.ts';
import { verify } from '../../gate/verify.ts';
import { type Figure, race } from '../figures.ts';
import { type Bare, bare, bareUnseen } from './bare-verify.ts';
import { EPOCH, issue, NOW, type Prepared, passOf, prepare, type Texts } from './pass-texts.ts';

const ROUNDS = 7;
const ROUND_MS = 150;
/** Operations between two looks at the clock. */
const BATCH: Readonly<Record<Suite, number>> = { ES256: 64, SM2: 8 };
const VERSION_13 = 69;

/** Keeps the results of a round in sight of the optimiser. */
export let kept: unknown;

/** Signing, verifying and whole reading of each form and suite, against the bare signatures that each needs. */
export async function bench(): Promise<Figure[]> {
  const prepared = prepare();
  const signing = await race(signingTasks(prepared), ROUNDS, ROUND_MS);
  const reading = await race(readingTasks(prepared), ROUNDS, ROUND_MS);
  return [
    ...signingFigures(signing),
    ...prepared.sets.flatMap((set) => readingFigures(set, reading)),
    ...sizes(prepared),
  ];
}

type Tasks = Record<string, () => number>;

function often(batch: number, work: () => unknown): () => number {
  return () => {
    for (let i = 0; i < batch; i++) kept = work();
    return batch;
  };
}

/** Takes one after the other, and begins again. */
function inTurn<Item>(items: readonly Item[], work: (item: Item) => unknown): () => unknown {
  let at = 0;
  return () => {
    at = at + 1 === items.length ? 0 : at + 1;
    return work(items[at]!);
  };
}

function signingTasks({ issuers, sets }: Prepared): Tasks {
  return Object.fromEntries(
    issuers.flatMap((issuer) => {
      const { suite } = issuer;
      const online = passOf('online', issuer.publicKey);
      const batch = BATCH[suite];
      const [check] = sets.find((set) => set.suite === suite && set.form === 'online')!.checks[0]!;
      return [
        [`issue ${suite}`, often(batch, () => issue(online, issuer))],
        [`bare sign ${suite}`, often(batch, () => issuer.sign(check!.message))],
        [`verify ${suite}`, often(batch, () => verify(check!))],
        [`bare verify ${suite}`, often(batch, bare(check!))],
      ];
    }),
  );
}

function readingTasks({ sets, keys }: Prepared): Tasks {
  return Object.fromEntries(
    sets.flatMap((set) => {
      const batch = BATCH[set.suite];
      const read = (text: string) => {
        const opened = readText(text, keys, NOW, verify);
        return opened.kind === 'refused' ? fail(opened.reason) : conclude(opened, LISTS, NOW);
      };
      const [ready, unseen] = [set.checks.map(readyOf), set.checks.map(unseenOf)];
      const tasks: [string, () => number][] = [
        [nameOf('read', set), often(batch, inTurn(set.texts, read))],
        [nameOf('ready', set), often(batch, inTurn(ready, holds))],
        [nameOf('unseen', set), often(batch, inTurn(unseen, holds))],
      ];
      if (set.suite === 'ES256')
        tasks.push([nameOf('cose-js', set), often(4, inTurn(set.texts.slice(0, 16), byCoseJs(set)))]);
      return tasks;
    }),
  );
}

const ENTRIES = new Uint8Array(2 ** 20).fill(2);
const statusOf = (index: number) => (ENTRIES[index % ENTRIES.length] ?? 0) as Status;
const LISTS: StatusView = { epoch: EPOCH, at: NOW, statusOf, statusOfCard: statusOf };

function nameOf(what: string, { form, suite }: Pick<Texts, 'form' | 'suite'>): string {
  return `${what} ${form} ${suite}`;
}

function readyOf(checks: readonly SignatureCheck[]): readonly Bare[] {
  return checks.map(bare);
}

/** The key of the issuer is always the same; that of the phone is another each time. */
function unseenOf(checks: readonly SignatureCheck[]): readonly Bare[] {
  return checks.map((check, i) => (i === 0 ? bare(check) : bareUnseen(check)));
}

function holds(signatures: readonly Bare[]): boolean {
  return signatures.every((signature) => signature()) || fail('a bare signature does not hold');
}

function fail(reason: string): never {
  throw new Error(reason);
}

/** The same by another reader, which is given the bytes and knows nothing of base45, of passes and of times. */
function byCoseJs({ checks, texts }: Texts): (text: string) => unknown {
  const keys = new Map(texts.slice(0, 16).map((text, i) => [text, checks[i]!.map(coordinatesOf)]));
  return (text) => {
    const [issuer, phone] = keys.get(text)!;
    const bytes = Buffer.from(decodeBase45(text.slice(TEXT_PREFIX.length))!);
    const payload = coseJs.verifySync(bytes, { key: phone ?? issuer! });
    return phone ? coseJs.verifySync(insideOf(bytes), { key: issuer! }) : payload;
  };
}

/** What a phone has signed around. */
function insideOf(bytes: Uint8Array): Uint8Array {
  const { payload } = parseSign1(bytes)!;
  // {6: time, -65537: bytes of two bytes of length}
  return Buffer.from(payload.subarray(payload.indexOf(0xd2, 8)));
}

function coordinatesOf({ publicKey }: SignatureCheck): { readonly x: Uint8Array; readonly y: Uint8Array } {
  const whole = Buffer.from(uncompressed(publicKey)!);
  return { x: whole.subarray(1, 33), y: whole.subarray(33) };
}

type Rates = Readonly<Record<string, number>>;

function signingFigures(rates: Rates): Figure[] {
  return (['ES256', 'SM2'] as const).flatMap((suite) => [
    figure(
      `passes issued per second, ${suite}`,
      rates[`issue ${suite}`]!,
      `bare signatures`,
      rates[`bare sign ${suite}`]!,
    ),
    figure(
      `signatures verified per second, ${suite}`,
      rates[`verify ${suite}`]!,
      `bare verifications`,
      rates[`bare verify ${suite}`]!,
    ),
  ]);
}

function readingFigures(set: Texts, rates: Rates): Figure[] {
  const value = rates[nameOf('read', set)]!;
  const name = `texts read per second, ${set.form}, ${set.suite}`;
  const isShown = set.checks[0]!.length > 1;
  const others = rates[nameOf('cose-js', set)];
  const readyName = isShown ? 'bare verifications, all keys ready' : 'bare verifications';
  return [
    ...(isShown
      ? [
          figure(
            name,
            value,
            'bare verifications, the key of the phone imported',
            rates[nameOf('unseen', set)]!,
          ),
        ]
      : []),
    figure(name, value, readyName, rates[nameOf('ready', set)]!),
    ...(others ? [figure(name, value, 'cose-js, signatures alone', others)] : []),
  ];
}

function figure(name: string, value: number, reference: string, referenceValue: number): Figure {
  return {
    bench: 'pass',
    figure: name,
    value,
    unit: '1/s',
    reference,
    referenceValue,
    ratio: value / referenceValue,
  };
}

/** The modules of a side with error correction M, beside those of version 13. */
function sizes({ sets }: Prepared): Figure[] {
  return FORMS.flatMap((form) =>
    sets
      .filter((set) => set.form === form)
      .map(({ suite, texts }) => {
        const value = encodeQR(texts[0]!, 'raw', { ecc: 'medium', border: 1 }).length - 2;
        return {
          ...{ bench: 'pass', figure: `modules of a side, ${form}, ${suite}`, value, unit: 'modules' },
          ...{ reference: 'version 13', referenceValue: VERSION_13, ratio: value / VERSION_13 },
        };
      }),
  );
}
