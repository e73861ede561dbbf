import { CHECK_OUTCOMES, checkAtDoor as checkRoute } from '../../api/doors/checks.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { createReadColour } from '../codes/current/read-colour.ts';
import type { ReadCurrent } from '../codes/read-current.ts';
import type { Installation } from '../installation.ts';
import type { ReadPass } from '../passes/read-pass.ts';
import type { FindPerson } from '../people/find-person.ts';
import { microBatch } from '../platform/db/micro-batch.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import type { App, Routes } from '../platform/http/app.ts';
import { Problem } from '../platform/http/problem.ts';
import { type Client, either, type Session } from '../platform/http/rules.ts';
import { printPlain, servePrinted } from '../platform/http/serve.ts';
import { faultFields } from '../platform/log/fault-fields.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import { eraseAfter } from '../record/retention.ts';
import { type Asker, askingDevice, askingStaff } from './asker.ts';
import { checkAtDoor, type Doors } from './check-at-door.ts';
import { rememberPeople } from './find-remembered.ts';
import type { KnownDevices } from './known-devices.ts';
import { ALARM_KINDS, type Alarm, createNumberWatch } from './number-watch.ts';
import { createReadStanding } from './read-standing.ts';
import { accountsShowing, addAlarm } from './store.ts';
import type { Told } from './words.ts';

/** What the routes of doors are made of. */
export interface DoorParts {
  readonly installation: Pick<Installation, 'store' | 'rules'>;
  readonly clock: () => Instant;
  readonly devices: KnownDevices;
  readonly readCurrent: ReadCurrent;
  readonly readPass: ReadPass;
  readonly findPerson: FindPerson;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Far more than a check needs, and than any scanner reads. */
const BODY_BYTES = 16_384;

/** Where doors ask (S7). A reply is never kept for an idempotency key: that would be a trace of who passed. */
export function doorRoutes(parts: DoorParts): Routes {
  const { clock, devices, metrics } = parts;
  const doors = doorsOf(parts);
  const print = createPrinter();
  const count = metrics.counter({
    name: 'door_checks_total',
    help: 'Checks at doors, by what was shown and what the door was told.',
    labels: { by: ['code', 'document'], outcome: CHECK_OUTCOMES },
  });
  return (app: App) => {
    const rules = {
      ...either('checks:write', 'verifier'),
      importance: 'checking',
      bodyBytes: BODY_BYTES,
    } as const;
    servePrinted(app, checkRoute, rules, async ({ client, session, body }) => {
      const now = clock();
      const asking = askerOf(devices, client, session, now);
      const told = await checkAtDoor(doors, asking instanceof Promise ? await asking : asking, body, now);
      count({ by: body.code === undefined ? 'document' : 'code', outcome: told.outcome });
      return print(told, now);
    });
  };
}

function doorsOf(parts: DoorParts): Doors {
  const { installation, readCurrent, readPass, findPerson } = parts;
  const { store, rules } = installation;
  return {
    db: store.app,
    rulesAt: (now) => rules.at(now).rules,
    readColour: createReadColour(store.app, readCurrent),
    readCurrent,
    readPass,
    readStanding: createReadStanding(store.app),
    accountShowing: microBatch(async (personIds) => {
      const rows = await accountsShowing(store.app, personIds);
      const shown = new Map(rows.map(({ personId, accountId }) => [personId, accountId]));
      return personIds.map((personId) => shown.get(personId));
    }),
    people: rememberPeople(findPerson),
    watch: createNumberWatch(),
    raise: raising(parts),
  };
}

function askerOf(
  devices: KnownDevices,
  client: Client | null,
  session: Session | null,
  now: Instant,
): Asker | Promise<Asker> {
  if (client) return askingDevice(devices, client, now);
  // The rules of the route let nobody else past.
  if (session?.kind !== 'staff') throw new Problem('not-allowed', '');
  return askingStaff(session);
}

/** The reply as its schema says. */
function createPrinter(): (told: Told, now: Instant) => string {
  /** What does not change with the time, by its words. There are as many as outcomes in the rules. */
  const printed = new WeakMap<Told['reason'], Map<string, string>>();
  const textOf = ({ outcome, clause, reason }: Told) => {
    let known = printed.get(reason);
    if (!known) {
      known = new Map();
      printed.set(reason, known);
    }
    const key = `${outcome} ${clause}`;
    let text = known.get(key);
    if (text === undefined) {
      text = printPlain({ outcome, clause, reason: { zh: reason.zh, en: reason.en } }).slice(0, -1);
      known.set(key, text);
    }
    return text;
  };
  const membersOf = ({ members }: Told) => (members ? `,"members":${printPlain(members)}` : '');
  return (told, now) => `${textOf(told)}${membersOf(told)},"asOf":"${printInstant(now)}"}`;
}

/** Tells of an alarm everywhere where somebody may look; what fails of it bars the actor all the same. */
function raising({ installation, metrics, log }: DoorParts): Doors['raise'] {
  const count = metrics.counter({
    name: 'door_alarms_total',
    help: 'Actors that were barred from asking by document, by what they did.',
    labels: { kind: ALARM_KINDS },
  });
  return async ({ actor, kind, at, count: numbers }: Alarm) => {
    count({ kind });
    log.warn('numbers are tried out at a door', { actor, kind, count: numbers });
    const row = { alarmId: timeUuid(at), actor, kind, raisedAt: at, count: numbers };
    await addAlarm(installation.store.app, { ...row, eraseAfter: eraseAfter('audit', at) }).catch((error) =>
      log.error('an alarm was not put on record', faultFields(error)),
    );
  };
}
