import { type AssessmentReply, lookUp as lookUpRoute } from '../../api/lookups/lookups.ts';
import type { Instant } from '../../domain/time.ts';
import type { Installation } from '../installation.ts';
import { documentInBody } from '../people/document-in-body.ts';
import type { App, Routes } from '../platform/http/app.ts';
import { Problem } from '../platform/http/problem.ts';
import { accepts } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import { lookUp } from './look-up.ts';

/** Where client systems look somebody up, for a purpose (S9, D4). */
export function lookupRoutes(installation: Installation, clock: () => Instant): Routes {
  return (app: App) => {
    const rules = { ...accepts('assessments:read'), importance: 'history' } as const;
    serve(app, lookUpRoute, rules, async ({ client, body }) => {
      const document = documentInBody(body.document);
      const looking = { actor: client.clientId, authority: client.name, purpose: body.purpose };
      const found = await lookUp(installation, document, looking, clock());
      if (!found) throw new Problem('not-found', 'Nothing is known under this document.');
      const { at, rules, colour, result } = found;
      return { person: { document }, at, rules, colour, ...JSON.parse(result) } as AssessmentReply;
    });
  };
}
