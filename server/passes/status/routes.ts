import { Type } from 'typebox';
import { TRUST_PATHS } from '../../../api/passes/trust.ts';
import { parseListName } from '../../../credential/status/names.ts';
import { TOKEN_TYPE } from '../../../credential/status/token.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { Problem } from '../../platform/http/problem.ts';
import { ready } from '../../platform/http/rules.ts';
import { sendSigned } from '../send-signed.ts';
import type { StatusFiles } from './status-files.ts';

/** A gate is never further behind than this and the period of the deltas. */
const HEAD_KEPT_SECONDS = 2;
/** Everything else never changes, and is of no use after its epoch. */
const LIST_KEPT_SECONDS = 21_600;

/** What a gate fetches to know whom it may let in by itself (S7). Nothing is read for it but memory. */
export function statusRoutes(files: Pick<StatusFiles, 'find'>): Routes {
  return (app: App) => {
    app.get<{ Params: { list: string } }>(
      TRUST_PATHS.status,
      // What is no name of a list is not found anyway: the schema only documents.
      { config: { rules: ready }, schema: DESCRIBED, validatorCompiler: () => () => true },
      (request, reply) => {
        const { list } = request.params;
        const name = parseListName(list);
        const bytes = name && files.find(list);
        if (!bytes) {
          if (name?.kind === 'head') throw new Problem('unavailable', 'No list is published yet.');
          throw new Problem('not-found', 'There is no such list, or it is over.');
        }
        const isHead = name.kind === 'head';
        const type = name.kind === 'token' ? TOKEN_TYPE : 'application/cose';
        const keptSeconds = isHead ? HEAD_KEPT_SECONDS : LIST_KEPT_SECONDS;
        return sendSigned(bytes, { type, keptSeconds, immutable: !isHead }, request, reply);
      },
    );
  };
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
