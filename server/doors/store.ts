import type { Instant } from '../../domain/time.ts';
import { uuids } from '../platform/db/binary/arrays.ts';
import type { Db } from '../platform/db/database.ts';
import { sql, time } from '../platform/db/sql.ts';
import type { DeviceRow, Venue } from './device.ts';

/** What is kept of a denial. */
export interface DenialRow {
  readonly denialId: string;
  readonly rule: string;
  /** The beginning of the hour. */
  readonly hour: Instant;
  /** Null where the venue is not registered. */
  readonly venueId: string | null;
  readonly category: string;
  readonly clause: string;
  readonly outcome: string;
  readonly eraseAfter: Instant;
}

/** That numbers were tried out. */
export interface AlarmRow {
  readonly alarmId: string;
  readonly actor: string;
  readonly kind: string;
  readonly raisedAt: Instant;
  readonly count: number;
  readonly eraseAfter: Instant;
}

/** Adds a venue; false when there is one with this id. */
export async function addVenueRow(
  db: Db,
  { venueId, name, category, region }: Venue,
  recordedAt: Instant,
  recordedBy: string,
): Promise<boolean> {
  const added = await db.change(sql`
    insert into venue (venue_id, name, category, region, recorded_at, recorded_by)
    values (${venueId}, ${name}, ${category}, ${region}, ${time(recordedAt)}, ${recordedBy})
        on conflict (venue_id) do nothing
  `);
  return added === 1;
}

export async function findVenue(db: Db, venueId: string): Promise<Venue | undefined> {
  const [row] = await db.rows<Venue>(
    sql`select venue_id as "venueId", name, category, region from venue where venue_id = ${venueId}`,
  );
  return row;
}

export function allVenues(db: Db): Promise<Venue[]> {
  return db.rows<Venue>(
    sql`select venue_id as "venueId", name, category, region from venue order by venue_id`,
  );
}

/** Adds a device, or the next state of one; false when that number of this device exists already. */
export async function addDeviceRow(
  db: Db,
  { clientId, number, venueId, readsDocuments, peoplePerMinute, startsAt, endsAt }: DeviceRow,
  recordedAt: Instant,
  recordedBy: string,
): Promise<boolean> {
  const added = await db.change(sql`
    insert into device (client_id, number, venue_id, reads_documents, people_per_minute, starts_at, ends_at,
                        recorded_at, recorded_by)
    values (${clientId}, ${number}, ${venueId}, ${readsDocuments}, ${peoplePerMinute}, ${time(startsAt)},
            ${time(endsAt)}, ${time(recordedAt)}, ${recordedBy})
        on conflict (client_id, number) do nothing
  `);
  return added === 1;
}

/** All devices as they are now. */
export function allDevices(db: Db): Promise<DeviceRow[]> {
  return db.rows<DeviceRow>(sql`
    select distinct on (client_id)
           client_id as "clientId", number, venue_id as "venueId", reads_documents as "readsDocuments",
           people_per_minute as "peoplePerMinute", starts_at as "startsAt", ends_at as "endsAt"
      from device
     order by client_id, number desc
  `);
}

/** How many rows of devices there are, former ones among them. */
export async function countDevices(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(sql`select count(*) as count from device`);
  return row!.count;
}

export async function addDenial(db: Db, denial: DenialRow): Promise<void> {
  const { denialId, rule, hour, venueId, category, clause, outcome, eraseAfter } = denial;
  await db.change(sql`
    insert into denial (denial_id, rule, hour, venue_id, category, clause, outcome, erase_after)
    values (${denialId}, ${rule}, ${time(hour)}, ${venueId}, ${category}, ${clause}, ${outcome}, ${time(eraseAfter)})
  `);
}

/** Erases what may be kept of denials no longer; gives how many. */
export function eraseDenials(eraser: Db, now: Instant): Promise<number> {
  return eraser.change(sql`
    -- across shards: whatever is old, everywhere; a job at night
    delete from denial where erase_after <= ${time(now)}
  `);
}

export async function addAlarm(db: Db, alarm: AlarmRow): Promise<void> {
  const { alarmId, actor, kind, raisedAt, count, eraseAfter } = alarm;
  await db.change(sql`
    insert into alarm (alarm_id, actor, kind, raised_at, count, erase_after)
    values (${alarmId}, ${actor}, ${kind}, ${time(raisedAt)}, ${count}, ${time(eraseAfter)})
  `);
}

/** The alarms since an instant, the latest first. */
export function alarmsSince(db: Db, since: Instant): Promise<AlarmRow[]> {
  return db.rows<AlarmRow>(sql`
    select alarm_id as "alarmId", actor, kind, raised_at as "raisedAt", count, erase_after as "eraseAfter"
      from alarm
     where raised_at >= ${time(since)}
     order by raised_at desc, alarm_id
  `);
}

/** That an account shows the code of a person. */
export interface ShownByRow {
  readonly personId: string;
  readonly accountId: string;
}

/** Which accounts show the codes of some people: those of their last holding, if it has not ended. */
export function accountsShowing(db: Db, personIds: readonly string[]): Promise<ShownByRow[]> {
  return db.rows<ShownByRow>(sql`
    select h.person_id as "personId", h.account_id as "accountId"
      from (
        select distinct on (person_id) person_id, number, account_id
          from holding
         where person_id = any(${uuids(personIds)}::uuid[])
         order by person_id, number desc
      ) as h
      left join holding_end e on e.person_id = h.person_id and e.number = h.number
     where e.person_id is null
  `);
}
