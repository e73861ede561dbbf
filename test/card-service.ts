import { join } from 'node:path';
import { after } from 'node:test';
import type { Card } from '../api/passes/cards.ts';
import type { Keys } from '../credential/trust/keys.ts';
import type { CardParts } from '../server/passes/cards/card-parts.ts';
import { cardRoutes } from '../server/passes/cards/routes.ts';
import { connectSigning } from '../server/passes/signing.ts';
import { type Indexes, openIndexes } from '../server/passes/slots/indexes.ts';
import { openTrust } from '../server/passes/trust/open-trust.ts';
import { socketIn } from '../server/passes/trust/trust-folder.ts';
import type { Session } from '../server/platform/http/rules.ts';
import { type ApplyingService, applyingService, type Signed } from './applying.ts';
import { type HostedSigner, hostSigner } from './signer.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

/** The routes of applying and of printed codes, with a signer and a key list of their own. */
export interface CardService extends ApplyingService {
  readonly parts: () => CardParts;
  readonly indexes: () => Indexes;
  /** What a gate knows of keys. */
  readonly trustKeys: () => Keys;
  /** Runs `work` while nothing is signed. */
  readonly withoutSigner: <T>(work: () => Promise<T>) => Promise<T>;
  /** Asks for something that may be a card. */
  readonly card: (
    one: Pick<Signed<Session>, 'call'>,
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<CardAnswer>;
  /** Fetches one's own sheet, or as a counter that of a card by its text. */
  readonly sheet: (one: { readonly session: Session }, text?: string) => Promise<Response>;
}

export interface CardAnswer {
  readonly status: number;
  readonly body: Card & { readonly card: Card | null; readonly code: string };
}

/** As long as a test waits for a signer that is away, and for one that is slow. */
const PATIENCE_MS = 2_000;

/** A service for one suite. */
export function cardService(start?: string): CardService {
  const trustFolder = join(temporaryFolder(), 'trust');
  let opened: { readonly parts: CardParts; readonly indexes: Indexes } | undefined;
  let signer: HostedSigner | undefined;
  let isReached = false;
  const startSigner = async () => {
    signer = await hostSigner({ trustFolder }, () => service.service.now);
  };
  const service = applyingService(start, async ({ database, keys, clock }) => {
    const trust = await openTrust(database, trustFolder, clock());
    await startSigner();
    const signing = connectSigning({
      socket: socketIn(trustFolder),
      patienceMs: PATIENCE_MS,
      onReached: (is) => {
        isReached = is;
      },
    });
    await until(() => isReached);
    const indexes = await openIndexes(database, keys, () => trust.keys().parameters, clock());
    const parts = {
      ...{ database, keys, clock, signing, indexes },
      ...{ trustKeys: trust.keys, rulesAt: () => 1, onIssued: () => {} },
    };
    opened = { parts, indexes };
    return [cardRoutes(parts)];
  });
  after(async () => {
    opened?.parts.signing.close();
    await signer?.close();
  });
  return {
    ...service,
    parts: () => opened!.parts,
    indexes: () => opened!.indexes,
    trustKeys: () => opened!.parts.trustKeys(),
    withoutSigner: async (work) => {
      await signer!.close();
      try {
        return await work();
      } finally {
        await startSigner();
        await until(() => isReached);
      }
    },
    card: async (one, method, path, body) => (await one.call(method, path, body)) as unknown as CardAnswer,
    sheet: ({ session }, text) => fetchSheet(service.listening().url, session, text),
  };
}

function fetchSheet(url: string, { sessionId }: Session, text: string | undefined): Promise<Response> {
  const headers = { 'x-signed-in': sessionId, 'content-type': 'application/json' };
  if (text === undefined) return fetch(`${url}/api/v1/me/card/sheet`, { headers });
  const body = JSON.stringify({ text });
  return fetch(`${url}/api/v1/counter/cards/sheet`, { method: 'POST', headers, body });
}
