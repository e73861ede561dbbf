import type { Scope } from '../../api/clients/scopes.ts';
import type { Source } from '../../domain/evidence/fact.ts';
import { DAY_MS, printInstant } from '../../domain/time.ts';
import { peopleOfColour } from '../../server/codes/store.ts';
import { documentsOf } from '../../server/people/documents-of.ts';
import type { Working } from '../../server/working.ts';
import { demoClients } from './demo-clients.ts';
import { DEMO_GATE, demoGate } from './demo-gate.ts';
import { CHEN_YI } from './identity/accounts.ts';

/** A number of nobody: its county was never assigned. */
const NOBODY = '339900199001010011';

/** The client systems of the demo. */
const CLIENTS: readonly { clientId: string; name: string; scopes: Scope[]; sources: Source[] }[] = [
  {
    clientId: 'demo-laboratory',
    name: 'A laboratory, for trying out',
    scopes: ['evidence:write', 'evidence:read'],
    sources: ['laboratory'],
  },
  {
    clientId: 'demo-console',
    name: 'A console of health staff, for trying out',
    scopes: ['assessments:read'],
    sources: [],
  },
];

/** What a newcomer can do with a browser and curl, as text. The secrets are made anew at each start, for this database only. */
export async function whatToTry(work: Working, url: string): Promise<string> {
  const secrets = new Map([...(await demoClients(work, CLIENTS)), [DEMO_GATE, await demoGate(work)]]);
  const red = await someRedNumber(work);
  const api = `${url}/api/v1`;
  const token = (clientId: string) =>
    `$(curl -s -u ${clientId}:${secrets.get(clientId)} -d grant_type=client_credentials ${api}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  const send = (path: string, token: string, body: object | string) =>
    `curl -s ${api}${path} -H "Authorization: Bearer $${token}" -H 'Content-Type: application/json' -d '${
      typeof body === 'string' ? body : JSON.stringify(body)
    }'`;
  const person = { document: CHEN_YI };
  const now = work.clock();
  const tested = (id: string, result: string, daysAgo: number) => ({
    ...{ source: 'laboratory', id: `try-${now}-${id}`, version: 1, person, kind: 'nat' },
    data: { result, sampledAt: printInstant(now - daysAgo * DAY_MS), reportedAt: printInstant(now) },
  });
  return `
Open this in a browser as narrow as a phone, and sign in as somebody made up (docs/demo.md says who they are):

  ${url}/
  ${api}/sign-in?as=staff

Then live a story: sign in as 陈一 CHEN Yi, apply, keep the page open, and try this in another terminal.

# a laboratory, the gate of a metro station, and a console of health staff
LAB=${token('demo-laboratory')}
GATE=${token(DEMO_GATE)}
CONSOLE=${token('demo-console')}

# a laboratory states a positive test about CHEN Yi: a moment later the page is red, and says why (R2g)
${send('/evidence', 'LAB', [tested('1', 'positive', 3)])}

# the gate reads the identity card, and somebody has compared it with the face: it denies
${send('/checks', 'GATE', { ...person, identityVerified: true })}

# two negative tests, a day apart: the page is green again, and the history says what was
${send('/evidence', 'LAB', [tested('2', 'negative', 2), tested('3', 'negative', 1)])}

# health staff look at somebody who is red; whoever is looked at sees it
${send('/lookups', 'CONSOLE', { purpose: 'trying out', document: { type: 'resident-id', number: red } })}

# what is described, and measured
curl -s ${api}/openapi.json | head -c 400
curl -s ${url}/metrics | grep codes_due

Stop it with Ctrl-C. The next start goes on where this one stopped.
`;
}

async function someRedNumber({ installation }: Working): Promise<string> {
  const { store, keys } = installation;
  const documents = await documentsOf(store.app, keys, await peopleOfColour(store.app, 'red', 20));
  const resident = [...documents.values()].find(({ type }) => type === 'resident-id');
  return resident?.number ?? NOBODY;
}
