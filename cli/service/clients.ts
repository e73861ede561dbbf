import { parseArgs } from 'node:util';
import { isScope, SCOPES, type Scope } from '../../api/clients/scopes.ts';
import { SOURCES, type Source } from '../../domain/evidence/fact.ts';
import { type Instant, NEVER, printInstant } from '../../domain/time.ts';
import { disableClient } from '../../server/clients/disable-client.ts';
import { type NewClient, registerClient } from '../../server/clients/register-client.ts';
import { isInForce, type Registration } from '../../server/clients/registration.ts';
import { renewSecret } from '../../server/clients/renew-secret.ts';
import { allRegistrations } from '../../server/clients/store.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { textOption, timeOption, wholeNumberOption } from '../options.ts';
import { changeOne, OPERATOR, printChange, printLine } from './print-change.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const USUAL_QUOTA = 100;
const MOST_QUOTA = 1_000_000;

const ADD_HELP = `usage: healthcode clients add --name NAME [--id ID] [--scope SCOPE]… [--source SOURCE]… [--quota N] [--dpop]
                              [--expires TIME] [--data DIR] [--keys DIR]

Registers a client system and prints {"clientId":…,"secret":…}. The secret is shown this once and stored nowhere. A service
that runs knows the client within two seconds.

  --name NAME      what the system is called; no name of a person
  --id ID          2 to 63 small letters, digits and dashes; made up when missing
  --scope SCOPE    what it may do, more than one by repeating it:
${Object.entries(SCOPES)
  .map(([scope, meaning]) => `                     ${scope.padEnd(17)} ${meaning}`)
  .join('\n')}
  --source SOURCE  a source for which it may speak, more than one by repeating it
  --quota N        requests a second (${USUAL_QUOTA})
  --dpop           binds each of its tokens to a key that only the client has (RFC 9449)
  --expires TIME   when it ends; by default it does not
${SITE_HELP}`;

/** `healthcode clients add`: a new client system (D1). */
export const clientsAdd: Command = {
  name: 'clients add',
  summary: 'register a client system, and show its secret',
  help: ADD_HELP,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...SITE_OPTIONS,
        id: { type: 'string' },
        name: { type: 'string' },
        scope: { type: 'string', multiple: true, default: [] },
        source: { type: 'string', multiple: true, default: [] },
        quota: { type: 'string', default: String(USUAL_QUOTA) },
        dpop: { type: 'boolean', default: false },
        expires: { type: 'string' },
      },
    });
    const client: NewClient = {
      ...(values.id !== undefined && { clientId: values.id }),
      name: textOption('name', values.name),
      scopes: scopesOption(values.scope),
      sources: sourcesOption(values.source),
      quotaPerSecond: wholeNumberOption('quota', values.quota, 1, MOST_QUOTA),
      proof: values.dpop ? 'dpop' : 'none',
      ...(values.expires !== undefined && { expiresAt: timeOption('expires', values.expires) }),
      recordedBy: OPERATOR,
    };
    return printChange(siteOf(values), ({ store }) => registerClient(store.app, client, Date.now()));
  },
};

/** `healthcode clients list`: who may call (D1). */
export const clientsList: Command = {
  name: 'clients list',
  summary: 'the client systems',
  help: `usage: healthcode clients list [--data DIR] [--keys DIR]

Prints each client system as JSON Lines: {"clientId":…,"name":…,"state":…,"scopes":…,"sources":…,"quotaPerSecond":…,
"proof":…,"startsAt":…,"expiresAt":…,"disabledAt":…}. The state is "in force", "not yet", "expired" or "disabled".

${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: SITE_OPTIONS });
    const clients = await withInstallation(siteOf(values), ({ store }) => allRegistrations(store.reader));
    const now = Date.now();
    for (const client of clients) printLine(printed(client, now));
    return EXIT.done;
  },
};

/** `healthcode clients renew`: another secret for a client system (D1). */
export const clientsRenew: Command = {
  name: 'clients renew',
  summary: 'give a client system another secret, and show it',
  help: `usage: healthcode clients renew ID [--data DIR] [--keys DIR]

Gives a client system another secret and prints {"clientId":…,"secret":…}. The secret is shown this once and stored
nowhere. A service that runs refuses the old one within seconds; tokens that were given for it end within ten minutes.

${SITE_HELP}`,
  run: (args) => changeOne(args, (db, id) => renewSecret(db, id, OPERATOR, Date.now())),
};

/** `healthcode clients disable`: a client system that may call no more (D1). */
export const clientsDisable: Command = {
  name: 'clients disable',
  summary: 'bar a client system, for good',
  help: `usage: healthcode clients disable ID [--data DIR] [--keys DIR]

Bars a client system, for good, and prints {"clientId":…,"state":"disabled"}. A service that runs refuses it within
seconds, with the tokens that it has.

${SITE_HELP}`,
  run: (args) =>
    changeOne(args, async (db, clientId) => {
      await disableClient(db, clientId, Date.now(), OPERATOR);
      return { clientId, state: 'disabled' };
    }),
};

function scopesOption(texts: readonly string[]): Scope[] {
  return texts.map((text) => {
    if (isScope(text)) return text;
    throw new UsageError(`--scope is one of ${Object.keys(SCOPES).join(', ')}`);
  });
}

function sourcesOption(texts: readonly string[]): Source[] {
  return texts.map((text) => {
    const source = SOURCES.find((one) => one === text);
    if (source !== undefined) return source;
    throw new UsageError(`--source is one of ${SOURCES.join(', ')}`);
  });
}

/** What may be seen of a client: neither its secret nor what is stored of that. */
function printed(client: Registration, now: Instant): object {
  const { clientId, name, scopes, sources, quotaPerSecond, proof, startsAt, expiresAt, disabledAt } = client;
  const what = { clientId, name, state: stateOf(client, now), scopes, sources, quotaPerSecond, proof };
  const times = {
    startsAt: printInstant(startsAt),
    expiresAt: expiresAt === NEVER ? null : printInstant(expiresAt),
  };
  return { ...what, ...times, disabledAt: disabledAt === null ? null : printInstant(disabledAt) };
}

function stateOf(client: Registration, now: Instant): string {
  if (isInForce(client, now)) return 'in force';
  if (client.disabledAt !== null && client.disabledAt <= now) return 'disabled';
  return now < client.startsAt ? 'not yet' : 'expired';
}
