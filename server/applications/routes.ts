import {
  type ApplicationReply,
  applyForCode as applyForCodeRoute,
  changeContact as changeContactRoute,
  contestRecovery as contestRecoveryRoute,
  declare as declareRoute,
  withdraw as withdrawRoute,
} from '../../api/applications/applications.ts';
import {
  confirmApplication as confirmApplicationRoute,
  registerUndocumented as registerUndocumentedRoute,
} from '../../api/applications/counter.ts';
import { askForWard as askForWardRoute, listWards } from '../../api/applications/wards.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import type { App, Routes } from '../platform/http/app.ts';
import { createRate } from '../platform/http/load/rate.ts';
import { passingProblem } from '../platform/http/problem.ts';
import { citizen, staff } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import { applyForCode, readTyped } from './apply-for-code.ts';
import type { Applying } from './applying.ts';
import { changeContact, declare } from './correct-application.ts';
import { confirmApplication } from './counter/confirm-application.ts';
import { registerUndocumented } from './counter/register-undocumented.ts';
import { askForWard, wardsOf } from './holdings/wards.ts';
import type { ShownApplication } from './read-application.ts';
import { contestRecovery } from './recoveries/contest-recovery.ts';
import { withdraw } from './withdraw.ts';

/** Fifty stays with long names, and room besides. */
const MOST_BYTES = 64 << 10;

/** Where people apply, correct, leave, and where counters confirm (E1, R7, S3, S9). */
export function applicationRoutes(applying: Applying): Routes {
  return (app: App) => {
    citizenRoutes(app, applying);
    counterRoutes(app, applying);
  };
}

function citizenRoutes(app: App, applying: Applying): void {
  const mayAsk = createWardLimit();
  const writes = {
    ...citizen,
    importance: 'deferrable',
    idempotent: true,
    bodyBytes: MOST_BYTES,
  } as const;
  serve(app, applyForCodeRoute, writes, async ({ session, body }) =>
    replyOf(await applyForCode(applying, session, body)),
  );
  serve(app, declareRoute, writes, async ({ session, body }) =>
    replyOf(await declare(applying, session, body)),
  );
  serve(app, changeContactRoute, writes, async ({ session, body }) =>
    replyOf(await changeContact(applying, session, body)),
  );
  serve(app, withdrawRoute, writes, ({ session }) => withdraw(applying, session));
  serve(app, contestRecoveryRoute, writes, async ({ session, params }) =>
    replyOf(await contestRecovery(applying, session, params.caseId)),
  );
  serve(app, listWards, { ...citizen, importance: 'showing' }, async ({ session }) => ({
    wards: await wardsOf(applying.database, applying.keys, session.accountId),
  }));
  serve(app, askForWardRoute, writes, async ({ session }) => {
    mayAsk(session.accountId, applying.clock());
    const { reference, expiresAt } = await askForWard(applying, session);
    return { reference, expiresAt: printInstant(expiresAt) };
  });
}

/** References for somebody without a document that one account may ask for in a day: more than any family needs. */
const MOST_WARDS_A_DAY = 20;
const DAY_SECONDS = 86_400;

/** Each reference is a row that stays for months. What the limit throws is `rate-limited`. */
function createWardLimit(): (accountId: string, now: Instant) => void {
  const rate = createRate();
  return (accountId, now) => {
    const seconds = rate.take(accountId, MOST_WARDS_A_DAY / DAY_SECONDS, MOST_WARDS_A_DAY, now);
    if (seconds > 0) throw passingProblem('rate-limited', 'Too many references were asked for.', seconds);
  };
}

function counterRoutes(app: App, applying: Applying): void {
  const writes = {
    ...staff('counter'),
    importance: 'deferrable',
    idempotent: true,
    bodyBytes: MOST_BYTES,
  } as const;
  serve(app, confirmApplicationRoute, writes, async ({ session, body }) => {
    const document = readTyped(body.document, '/document');
    return { outcome: await confirmApplication(applying, session, { ...body, document }) };
  });
  serve(app, registerUndocumentedRoute, writes, async ({ session, body }) => ({
    document: await registerUndocumented(applying, session, body),
  }));
}

function replyOf({ status, reference }: ShownApplication): ApplicationReply {
  return { status, ...(reference !== undefined && { reference }) };
}
