import { type Static, Type } from 'typebox';
import { showMyCode, showMyHistory, showMyLooks, showWardCode } from '../../../api/codes/my-code.ts';
import type { PrintedGround } from '../../../domain/codes/print.ts';
import { printInstant } from '../../../domain/time.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { pageOf, readCursor, rowsFor } from '../../platform/http/cursor.ts';
import { citizen } from '../../platform/http/rules.ts';
import { serve, servePrinted } from '../../platform/http/serve.ts';
import { looksAt } from '../../record/store.ts';
import { assessmentsBefore, type HistoryRow, kindsOfRecords } from '../current/store.ts';
import { joinedWith, withKin } from '../dossiers.ts';
import { groundInWords, type KindOf, kindsOf } from './ground-in-words.ts';
import { createShowCodes } from './my-code.ts';
import type { ShowingParts } from './parts.ts';

/** Where people see their code, its history and who looked at them (E1, D4): nobody's but their own. */
export function showingRoutes(parts: ShowingParts): Routes {
  const showCodes = createShowCodes(parts);
  return (app: App) => {
    const rules = { ...citizen, importance: 'showing' } as const;
    servePrinted(app, showMyCode, rules, ({ session, query }) =>
      showCodes.own(session, query.pass ?? true, parts.clock()),
    );
    servePrinted(app, showWardCode, rules, ({ session, params }) =>
      showCodes.ward(session, params.personId, parts.clock()),
    );
    historyRoute(app, parts);
    looksRoute(app, parts);
  };
}

const PAST = { ...citizen, importance: 'history' } as const;

const LATEST = 4_102_444_800_000;
const HistoryKey = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const LooksKey = Type.Tuple([
  Type.Integer({ minimum: 0, maximum: LATEST }),
  Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }),
]);

function historyRoute(app: App, { installation }: ShowingParts): void {
  const db = installation.store.app;
  serve(app, showMyHistory, PAST, async ({ session, query }) => {
    const before = readCursor(query.cursor, HistoryKey);
    if (session.personId === undefined) return { items: [], next: null };
    const rows = await assessmentsBefore(
      db,
      session.personId,
      before ?? Number.MAX_SAFE_INTEGER,
      rowsFor(query.limit),
    );
    const { items, next } = pageOf(rows, query.limit, ({ number }) => number);
    const kin = await withKin(db, [session.personId]);
    const kindOf = kindsOf(await kindsOfRecords(db, [...kin.keys()]));
    return { items: items.map((row) => conclusion(row, kindOf)), next };
  });

  function conclusion({ number, assessedAt, colour, rules, result }: HistoryRow, kindOf: KindOf) {
    const decided = installation.rules.find(rules)?.rules;
    // Printed by ourselves, from an assessment.
    const { grounds } = JSON.parse(result) as { grounds: readonly PrintedGround[] };
    return {
      number,
      at: printInstant(assessedAt),
      colour: colour as 'green' | 'yellow' | 'red',
      grounds: grounds.map((ground) => groundInWords(decided, ground, kindOf)),
    };
  }
}

function looksRoute(app: App, { installation, clock }: ShowingParts): void {
  serve(app, showMyLooks, PAST, async ({ session, query }) => {
    const after = readCursor(query.cursor, LooksKey) as Static<typeof LooksKey> | undefined;
    if (session.personId === undefined) return { items: [], next: null };
    const { store, keys, decision } = installation;
    const { lists } = decision(clock());
    const personIds = await joinedWith(store.app, keys, lists, session.personId);
    const rows = await looksAt(store.app, personIds, after, rowsFor(query.limit));
    const { items, next } = pageOf(rows, query.limit, ({ lookedAt, lookId }) => [lookedAt, lookId]);
    return {
      items: items.map(({ authority, purpose, subject, lookedAt }) => ({
        ...{ authority, purpose, subject, at: printInstant(lookedAt) },
      })),
      next,
    };
  });
}
