import { Type } from 'typebox';
import { TRUST_PATHS } from '../../../api/passes/trust.ts';
import { parseListName } from '../../../credential/status/names.ts';
import { TOKEN_TYPE } from '../../../credential/status/token.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { Problem } from '../../platform/http/problem.ts';
import { readyFile, type SentAs, serveReady } from '../../platform/http/ready-files.ts';
import type { StatusFiles } from './status-files.ts';

/** A gate is never further behind than this and the period of the deltas. */
const HEAD_KEPT_SECONDS = 2;
/** Everything else never changes, and is of no use after its epoch. */
const LIST_KEPT_SECONDS = 21_600;

/** What a gate fetches to know whom it may let in by itself (S7). Nothing is read for it but memory. */
export function statusRoutes(files: Pick<StatusFiles, 'find'>): Routes {
  return (app: App) => {
    serveReady(app, {
      path: TRUST_PATHS.status,
      schema: DESCRIBED,
      find: (list) => {
        const bytes = files.find(list);
        return bytes && readyFile(bytes, () => sentAs(list));
      },
      missing: (list) =>
        parseListName(list)?.kind === 'head'
          ? new Problem('unavailable', 'No list is published yet.')
          : new Problem('not-found', 'There is no such list, or it is over.'),
    });
  };
}

function sentAs(list: string): SentAs {
  const kind = parseListName(list)?.kind;
  if (kind === 'head') return { type: 'application/cose', keptSeconds: HEAD_KEPT_SECONDS };
  const type = kind === 'token' ? TOKEN_TYPE : 'application/cose';
  return { type, keptSeconds: LIST_KEPT_SECONDS, immutable: true };
}

const BINARY = { schema: { type: 'string', format: 'binary' } };

const DESCRIBED = {
  operationId: 'getStatusList',
  summary: 'A signed list of statuses: `head`, a base, a delta, a sum, or a Status List Token (IETF).',
  params: Type.Object({ list: Type.String({ maxLength: 30, description: 'Its name.' }) }),
  response: {
    200: { description: 'The list', content: { 'application/cose': BINARY, [TOKEN_TYPE]: BINARY } },
  },
};
