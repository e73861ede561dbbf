import {
  bindPhone as bindPhoneRoute,
  fetchPasses as fetchPassesRoute,
  listPhones as listPhonesRoute,
  removePhone as removePhoneRoute,
} from '../../../api/passes/phones.ts';
import { DAY_MS, HOUR_MS, type Instant, printInstant } from '../../../domain/time.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { createRate } from '../../platform/http/load/rate.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import { citizen } from '../../platform/http/rules.ts';
import { serve } from '../../platform/http/serve.ts';
import { IssuingError } from '../issuing.ts';
import { bindPhone } from './bind-phone.ts';
import { fetchPasses } from './fetch-passes.ts';
import { listPhones, showPhone } from './list-phones.ts';
import { openEpochs, printEpoch } from './open-epochs.ts';
import type { PhoneParts } from './phone-parts.ts';
import { removePhone } from './remove-phone.ts';

/** Five keys and their proof, and room besides. */
const BODY_BYTES = 8_192;

/** Where people bind phones, and where these fetch what they show (S7). */
export function phoneRoutes(parts: PhoneParts): Routes {
  const { clock, issuing } = parts;
  const mayBind = createLimit(MOST_BINDINGS, DAY_MS);
  const mayFetch = createLimit(MOST_FETCHES, HOUR_MS);
  return (app: App) => {
    // To bind the same key again changes nothing, so that none of these needs a key to be sent twice.
    const reads = { ...citizen, importance: 'showing' } as const;
    const writes = { ...reads, bodyBytes: BODY_BYTES };
    serve(app, listPhonesRoute, reads, async ({ session }) => {
      const now = clock();
      const parameters = issuing.parameters();
      return {
        phones: await listPhones(parts, session),
        epochs: openEpochs(now, parameters).map((epoch) => printEpoch(epoch, parameters)),
        asOf: printInstant(now),
      };
    });
    serve(app, bindPhoneRoute, writes, async ({ session, body }) => {
      mayBind(session.accountId, clock());
      return showPhone(parts, await bindPhone(parts, session, body));
    });
    serve(app, removePhoneRoute, reads, async ({ session, params }) => {
      await removePhone(parts, session, params.phoneId);
      return {};
    });
    serve(app, fetchPassesRoute, writes, ({ session, params, body }) => {
      mayFetch(session.accountId, clock());
      return fetchPasses(parts, session, params.phoneId, body).catch(sayUnavailable);
    });
  };
}

/** How long a phone waits while nothing can be signed; it has passes of before. */
const AWAY_SECONDS = 30;

function sayUnavailable(error: unknown): never {
  if (error instanceof IssuingError)
    throw passingProblem('unavailable', 'No pass can be issued now.', AWAY_SECONDS);
  throw error;
}

/** Bindings of an account in a day: each takes a slot that no other phone ever gets. */
const MOST_BINDINGS = 20;
/** Fetches of an account in an hour: more than three phones need, whoever is shown together; each costs up to five signatures. */
const MOST_FETCHES = 60;

/** What the limit throws is `rate-limited`. */
function createLimit(most: number, duringMs: number): (accountId: string, now: Instant) => void {
  const rate = createRate();
  return (accountId, now) => {
    const seconds = rate.take(accountId, (most * 1_000) / duringMs, most, now);
    if (seconds > 0) throw passingProblem('rate-limited', 'This was asked for too often.', seconds);
  };
}
