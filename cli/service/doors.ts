import { parseArgs } from 'node:util';
import { type Instant, NEVER, printInstant } from '../../domain/time.ts';
import { addVenue } from '../../server/doors/add-venue.ts';
import { type Device, isDeviceInForce, USUAL_PEOPLE_PER_MINUTE } from '../../server/doors/device.ts';
import { devicesWithVenues } from '../../server/doors/known-devices.ts';
import { type NewDevice, registerDevice, revokeDevice } from '../../server/doors/register-device.ts';
import { allVenues } from '../../server/doors/store.ts';
import { type Command, EXIT } from '../command.ts';
import { textOption, timeOption, wholeNumberOption } from '../options.ts';
import { changeOne, OPERATOR, printChange, printLine } from './print-change.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

/** A busy door lets two people a second through. */
const USUAL_QUOTA = 20;
const MOST_QUOTA = 1_000_000;

/** `healthcode venues add`: a place with a door (S7). */
export const venuesAdd: Command = {
  name: 'venues add',
  summary: 'register a place with a door',
  help: `usage: healthcode venues add --id ID --name NAME --category CATEGORY --region REGION [--data DIR] [--keys DIR]

Registers a venue, for good, and prints {"venueId":…}. Its category decides which colours enter.

  --id ID              2 to 63 small letters, digits and dashes
  --name NAME          what the place is called; no name of a person
  --category CATEGORY  one of the categories of the rules in force, such as supermarket, school or metro
  --region REGION      where it is: a code of 6, 9 or 12 digits
${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...SITE_OPTIONS,
        id: { type: 'string' },
        name: { type: 'string' },
        category: { type: 'string' },
        region: { type: 'string' },
      },
    });
    const venueId = textOption('id', values.id);
    const venue = {
      venueId,
      name: textOption('name', values.name),
      category: textOption('category', values.category),
      region: textOption('region', values.region),
    };
    return printChange(siteOf(values), async ({ store, rules }) => {
      const now = Date.now();
      await addVenue(store.app, rules.at(now).rules, venue, now, OPERATOR);
      return { venueId };
    });
  },
};

/** `healthcode venues list`: the places with doors. */
export const venuesList: Command = {
  name: 'venues list',
  summary: 'the places with doors',
  help: `usage: healthcode venues list [--data DIR] [--keys DIR]

Prints each venue as JSON Lines: {"venueId":…,"name":…,"category":…,"region":…}.

${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: SITE_OPTIONS });
    const venues = await withInstallation(siteOf(values), ({ store }) => allVenues(store.reader));
    for (const venue of venues) printLine(venue);
    return EXIT.done;
  },
};

/** `healthcode devices register`: a client system that asks at doors (S7, D1). */
export const devicesRegister: Command = {
  name: 'devices register',
  summary: 'register a device that asks at a door, and show its secret',
  help: `usage: healthcode devices register --name NAME [--id ID] [--venue VENUE] [--reads-documents] [--people N] [--quota N]
                                   [--dpop] [--expires TIME] [--data DIR] [--keys DIR]

Registers a client system that may ask whether a door opens, and nothing else, and prints {"clientId":…,"secret":…}. The
secret is shown this once and stored nowhere. A service that runs knows the device within two seconds.

  --name NAME        what the device is called; no name of a person
  --id ID            2 to 63 small letters, digits and dashes; made up when missing
  --venue VENUE      the registered venue at whose door it stands; a device without one names the category each time
  --reads-documents  lets it ask by document: for readers of cards that the office has approved. Any other device learns
                     nothing from a document
  --people N         how many people a minute may come to it (${USUAL_PEOPLE_PER_MINUTE}: a single door); one that asks
                     about more documents is taken for trying numbers out
  --quota N          requests a second (${USUAL_QUOTA})
  --dpop             binds each of its tokens to a key that only the device has (RFC 9449)
  --expires TIME     when it ends; by default it does not
${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...SITE_OPTIONS,
        id: { type: 'string' },
        name: { type: 'string' },
        venue: { type: 'string' },
        'reads-documents': { type: 'boolean', default: false },
        people: { type: 'string', default: String(USUAL_PEOPLE_PER_MINUTE) },
        quota: { type: 'string', default: String(USUAL_QUOTA) },
        dpop: { type: 'boolean', default: false },
        expires: { type: 'string' },
      },
    });
    const device: NewDevice = {
      ...(values.id !== undefined && { clientId: values.id }),
      name: textOption('name', values.name),
      ...(values.venue !== undefined && { venueId: values.venue }),
      readsDocuments: values['reads-documents'],
      peoplePerMinute: wholeNumberOption('people', values.people, 1, MOST_QUOTA),
      quotaPerSecond: wholeNumberOption('quota', values.quota, 1, MOST_QUOTA),
      proof: values.dpop ? 'dpop' : 'none',
      ...(values.expires !== undefined && { expiresAt: timeOption('expires', values.expires) }),
      recordedBy: OPERATOR,
    };
    return printChange(siteOf(values), ({ store }) => registerDevice(store.app, device, Date.now()));
  },
};

/** `healthcode devices list`: who asks at doors (D1). */
export const devicesList: Command = {
  name: 'devices list',
  summary: 'the devices that ask at doors',
  help: `usage: healthcode devices list [--data DIR] [--keys DIR]

Prints each device as JSON Lines: {"clientId":…,"state":…,"venueId":…,"readsDocuments":…,"peoplePerMinute":…,"since":…,"until":…}. The state
is "in force", "not yet" or "over". Names, quotas and barred clients: healthcode clients list.

${SITE_HELP}`,
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: SITE_OPTIONS });
    const devices = await withInstallation(siteOf(values), ({ store }) => devicesWithVenues(store.reader));
    const now = Date.now();
    for (const device of devices) printLine(printed(device, now));
    return EXIT.done;
  },
};

/** `healthcode devices revoke`: a device that asks no more (D1). */
export const devicesRevoke: Command = {
  name: 'devices revoke',
  summary: 'revoke a device, for good',
  help: `usage: healthcode devices revoke ID [--data DIR] [--keys DIR]

Revokes a device, bars its client, for good, and prints {"clientId":…,"state":"over"}. A service that runs refuses it
within seconds, with the tokens that it has.

${SITE_HELP}`,
  run: (args) =>
    changeOne(args, async (db, clientId) => {
      await revokeDevice(db, clientId, Date.now(), OPERATOR);
      return { clientId, state: 'over' };
    }),
};

function printed(device: Device, now: Instant): object {
  const { clientId, venueId, readsDocuments, peoplePerMinute, startsAt, endsAt } = device;
  const over = now < startsAt ? 'not yet' : 'over';
  return {
    clientId,
    state: isDeviceInForce(device, now) ? 'in force' : over,
    venueId,
    readsDocuments,
    peoplePerMinute,
    since: printInstant(startsAt),
    until: endsAt === NEVER ? null : printInstant(endsAt),
  };
}
