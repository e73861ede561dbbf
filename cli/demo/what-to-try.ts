import type { Scope } from '../../api/clients/scopes.ts';
import type { Source } from '../../domain/evidence/fact.ts';
import { printInstant } from '../../domain/time.ts';
import { peopleOfColour } from '../../server/codes/store.ts';
import { documentsOf } from '../../server/people/documents-of.ts';
import type { Working } from '../../server/working.ts';
import { demoClients } from './demo-clients.ts';
import { DEMO_GATE, demoGate } from './demo-gate.ts';

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

/** What a newcomer can do with curl, as text. The secrets are made anew at each start, for this database only. */
export async function whatToTry(work: Working, url: string): Promise<string> {
  const secrets = new Map([...(await demoClients(work, CLIENTS)), [DEMO_GATE, await demoGate(work)]]);
  const red = await someRedNumber(work);
  const api = `${url}/api/v1`;
  const token = (clientId: string) =>
    `$(curl -s -u ${clientId}:${secrets.get(clientId)} -d grant_type=client_credentials ${api}/oauth/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`;
  const look = (number: string) =>
    `curl -s ${api}/lookups -H "Authorization: Bearer $CONSOLE" -H 'Content-Type: application/json' \\
  -d '{"purpose":"trying out","document":{"type":"resident-id","number":"${number}"}}'`;
  const check = (number: string) =>
    `curl -s ${api}/checks -H "Authorization: Bearer $GATE" -H 'Content-Type: application/json' \\
  -d '{"document":{"type":"resident-id","number":"${number}"},"identityVerified":true}'`;
  const now = printInstant(work.clock());
  return `
Sign in with a browser, as somebody made up (docs/demo.md says who they are):

  ${api}/sign-in?as=citizen
  ${api}/sign-in?as=staff

Try this in another terminal:

# a console of health staff, a laboratory, and the gate of a metro station
CONSOLE=${token('demo-console')}
LAB=${token('demo-laboratory')}
GATE=${token(DEMO_GATE)}

# somebody whose code is red, with the reasons
${look(red)}

# the same person at the gate, with an identity card that somebody has compared with the face
${check(red)}

# a laboratory states a positive test about somebody unknown so far (a number that nobody has)
curl -s ${api}/evidence -H "Authorization: Bearer $LAB" -H 'Content-Type: application/json' -d '[
  {"source":"laboratory","id":"try-1","version":1,"person":{"document":{"type":"resident-id","number":"${NOBODY}"}},
   "kind":"nat","data":{"sampledAt":"${now}","reportedAt":"${now}","result":"positive"}}]'

# a moment later the code is red (R2g)
${look(NOBODY)}

# what is described, measured, and why nobody else may state a case
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
