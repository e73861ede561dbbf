import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { protectedHeader } from '../credential/cose/headers.ts';
import { signed, toBeSignedBy } from '../credential/cose/sign.ts';
import { changesOf } from '../credential/status/changes.ts';
import { encodeStatus, type StatusPayload } from '../credential/status/payloads.ts';
import type { Status } from '../credential/status-view.ts';
import { endOfEpoch, startOfEpoch } from '../credential/trust/epochs.ts';
import type { Pin } from '../credential/trust/key-list.ts';
import { encodeKeyList } from '../credential/trust/key-list-content.ts';
import { USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { DAY_MS, type Instant } from '../domain/time.ts';
import { writePin } from '../gate/pin.ts';
import { onePassEach, PASS_AT } from './made-up-passes.ts';
import { type Issuer, makeIssuer, namedKey, type SigningKey } from './pass-issuer.ts';

/** What a gate fetches, in files. */
export interface GateFiles {
  readonly pass: Issuer;
  /** The key list, and the root that it follows from. */
  readonly keys: string;
  readonly root: string;
  /** A root that has nothing to do with it. */
  readonly otherRoot: string;
  /** A base and a head, one after the other. */
  readonly status: string;
}

const span = { notBefore: PASS_AT - DAY_MS, notAfter: PASS_AT + 90 * DAY_MS };
const { holder } = onePassEach(namedKey('phone').publicKey);
const { epoch } = holder;
const CAPACITY = 2 ** 27;

/** Writes the files of a gate of which the lists say that some are not green; `cards` are those of cards. */
export function writeGateFiles(
  folder: string,
  people: ReadonlyMap<number, Status>,
  cards: ReadonlyMap<number, Status>,
): GateFiles {
  const [pass, status, delta] = (['pass', 'status', 'delta'] as const).map((use) =>
    makeIssuer(namedKey(`gate ${use}`), use, span),
  ) as [Issuer, Issuer, Issuer];
  const size = { epoch, capacity: CAPACITY, cardCapacity: 2 ** 20 };
  const baseAt = startOfEpoch(epoch, USUAL_PARAMETERS);
  const shifted = [...cards].map(([index, each]) => [CAPACITY + index, each] as const);
  const changes = changesOf(new Map([...people, ...shifted]));
  const base: StatusPayload = { kind: 'base', ...size, at: baseAt, changes };
  const head: StatusPayload = {
    ...{ kind: 'head', at: PASS_AT },
    epochs: [{ ...size, baseAt, delta: 0, sum: 0 }],
  };
  const lists = [status.issue(encodeStatus(base)), delta.issue(encodeStatus(head))];
  const file = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    pass,
    keys: file('keys.cose', keyList([pass, status, delta])),
    root: file('root.json', writePin(pinOf(ROOT))),
    otherRoot: file('other-root.json', writePin(pinOf([namedKey('other root 1'), namedKey('other root 2')]))),
    status: file('status.cose', Buffer.concat(lists)),
  };
}

const ROOT = [namedKey('root 1'), namedKey('root 2')];

function pinOf(keys: readonly SigningKey[]): Pin {
  return { province: '33', root: { threshold: 2, keys: keys.map((key) => makeIssuer(key).known) } };
}

function keyList(issuers: readonly Issuer[], expiresAt: Instant = endOfEpoch(epoch + 400, USUAL_PARAMETERS)) {
  const payload = encodeKeyList({
    ...{ ...pinOf(ROOT), version: 1, issuedAt: PASS_AT - DAY_MS, expiresAt },
    parameters: USUAL_PARAMETERS,
    keys: issuers.map(({ known }) => known),
  });
  const signatures = ROOT.map((key) => {
    const header = protectedHeader(key.suite, makeIssuer(key).known.kid);
    return { protected: header, signature: key.sign(toBeSignedBy(header, payload)) };
  });
  return signed(payload, signatures);
}
