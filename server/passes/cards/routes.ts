import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { cancelMyCard, issueMyCard, MY_CARD_SHEET_PATH, showMyCard } from '../../../api/passes/cards.ts';
import {
  COUNTER_CARD_SHEET_PATH,
  CounterSheetBody,
  cancelCounterCard,
  issueCounterCard,
} from '../../../api/passes/counter-cards.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../domain/time.ts';
import { readTyped } from '../../applications/apply-for-code.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { createRate } from '../../platform/http/load/rate.ts';
import { Problem, passingProblem } from '../../platform/http/problem.ts';
import { citizen, type Rules, type Session, staff } from '../../platform/http/rules.ts';
import { serve } from '../../platform/http/serve.ts';
import { SigningError } from '../signing.ts';
import type { CardParts } from './card-parts.ts';
import { cancelAtCounter, issueAtCounter } from './counter-cards.ts';
import { cancelOwnCard, findOwnCard, issueOwnCard } from './own-card.ts';
import { drawSheet, type Sheet } from './sheet/draw-sheet.ts';
import { sheetOfText } from './sheet-of-text.ts';

const BODY_BYTES = 4_096;
/** Cards that one account may issue in a day: each takes a slot for good, and a signature. */
const MOST_OWN = 10;
/** Cards that a member of staff may issue or end in an hour: more than anybody types. */
const MOST_AT_COUNTER = 120;
/** Sheets in an hour; each takes a tenth of a second to draw. */
const MOST_SHEETS = 120;

/** Where people print their codes, and counters print them for whoever has no phone (S10). */
export function cardRoutes(parts: CardParts): Routes {
  const mayPrint = createLimit(parts, MOST_SHEETS, HOUR_MS);
  return (app: App) => {
    ownRoutes(app, parts, mayPrint);
    counterRoutes(app, parts, mayPrint);
  };
}

type Limit = (session: Pick<Session, 'accountId'>) => void;

function ownRoutes(app: App, parts: CardParts, mayPrint: Limit): void {
  const mayIssue = createLimit(parts, MOST_OWN, DAY_MS);
  const reads = { ...citizen, importance: 'showing' } as const;
  const writes = { ...citizen, importance: 'deferrable', idempotent: true, bodyBytes: BODY_BYTES } as const;
  serve(app, showMyCard, reads, async ({ session }) => ({
    card: (await findOwnCard(parts, session))?.card ?? null,
  }));
  serve(app, issueMyCard, writes, ({ session }) => {
    mayIssue(session);
    return awaySaid(issueOwnCard(parts, session));
  });
  serve(app, cancelMyCard, reads, async ({ session }) => {
    await cancelOwnCard(parts, session);
    return {};
  });
  app.get(
    MY_CARD_SHEET_PATH,
    sheetRoute({ ...citizen, importance: 'deferrable', isPage: true }, 'printMyCard'),
    async ({ session }, reply) => {
      mayPrint(session!);
      const found = await findOwnCard(parts, session!);
      if (!found) throw new Problem('not-found', 'No card is in force.');
      return sendSheet(reply, found.sheet);
    },
  );
}

function counterRoutes(app: App, parts: CardParts, mayPrint: Limit): void {
  const mayAct = createLimit(parts, MOST_AT_COUNTER, HOUR_MS);
  const writes = {
    ...staff('counter'),
    importance: 'deferrable',
    idempotent: true,
    bodyBytes: BODY_BYTES,
  } as const;
  serve(app, issueCounterCard, writes, ({ session, body }) => {
    mayAct(session);
    return awaySaid(
      issueAtCounter(parts, session, { ...body, document: readTyped(body.document, '/document') }),
    );
  });
  serve(app, cancelCounterCard, writes, async ({ session, body }) => {
    mayAct(session);
    await cancelAtCounter(parts, session, { ...body, document: readTyped(body.document, '/document') });
    return {};
  });
  const rules = { ...staff('counter'), importance: 'deferrable' } as const;
  const { schema, ...config } = sheetRoute(rules, 'printCounterCard');
  app.post(
    COUNTER_CARD_SHEET_PATH,
    { ...config, bodyLimit: BODY_BYTES, schema: { ...schema, body: CounterSheetBody } },
    async ({ session, body }, reply) => {
      mayPrint(session!);
      return sendSheet(reply, sheetOfText(parts, (body as Static<typeof CounterSheetBody>).text));
    },
  );
}

function sheetRoute<const Given extends Rules>(rules: Given, operationId: string) {
  const pdf = Type.String({ format: 'binary', description: 'A4, two copies to cut out.' });
  return {
    config: { rules },
    schema: {
      operationId,
      summary: 'The sheet with a printed code, a PDF (S10).',
      response: { 200: { description: 'The sheet.', content: { 'application/pdf': { schema: pdf } } } },
    },
  };
}

/** Kept by nobody on the way: `no-store`, as of every reply that does not say otherwise. */
async function sendSheet(reply: FastifyReply, sheet: Sheet): Promise<FastifyReply> {
  const bytes = await drawSheet(sheet);
  return reply
    .type('application/pdf')
    .header('content-disposition', 'inline; filename="zhejiang-health-code.pdf"')
    .send(bytes);
}

/** After how long it is worth another try. */
const SIGNER_AWAY_SECONDS = 5;

/** While the signer is away there is no card, and the one before stays in force. */
async function awaySaid<T>(issuing: Promise<T>): Promise<T> {
  try {
    return await issuing;
  } catch (error) {
    if (error instanceof SigningError)
      throw passingProblem('unavailable', 'Nothing is signed now.', SIGNER_AWAY_SECONDS);
    throw error;
  }
}

/** What the limit throws is `rate-limited`. */
function createLimit({ clock }: CardParts, most: number, duringMs: number): Limit {
  const rate = createRate();
  return ({ accountId }) => {
    const now: Instant = clock();
    const seconds = rate.take(accountId, (most * 1_000) / duringMs, most, now);
    if (seconds > 0) throw passingProblem('rate-limited', 'This was asked for too often.', seconds);
  };
}
