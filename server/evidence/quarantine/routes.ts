import {
  approveQuarantinedRecord,
  correctQuarantinedRecord,
  discardQuarantinedRecord,
  getQuarantined,
  listQuarantine,
  type QuarantinedRecord,
  type QuarantineStep,
  replayQuarantinedRecord,
} from '../../../api/evidence/quarantine.ts';
import { printInstant } from '../../../domain/time.ts';
import type { App, Routes } from '../../platform/http/app.ts';
import { Problem } from '../../platform/http/problem.ts';
import { accepts, type Client } from '../../platform/http/rules.ts';
import { serve } from '../../platform/http/serve.ts';
import type { Deliverer } from '../deliver.ts';
import {
  approveQuarantined,
  correctQuarantined,
  discardQuarantined,
  type Refusal,
  type Resolution,
  type Resolving,
  recordInQuarantine,
  replayQuarantined,
} from './resolve-quarantined.ts';
import { listQuarantined, quarantined, type WaitingRow } from './store.ts';

/** What the routes need besides: as whom a client delivers, where two have approved what it stated. */
export interface QuarantineParts extends Resolving {
  readonly delivererOf: (clientId: string) => Deliverer | undefined;
}

const write = { ...accepts('evidence:write'), importance: 'deferrable', idempotent: true } as const;

/** Where clients see what could not be accepted, and put it right (S4). A client sees its own records only. */
export function quarantineRoutes(service: QuarantineParts): Routes {
  return (app: App) => {
    listRoute(app, service);
    const read = { ...accepts('evidence:write'), importance: 'history' } as const;
    serve(app, getQuarantined, read, async ({ client, params }) => {
      await own(service, client, params.itemId);
      return { record: (await recordInQuarantine(service, params.itemId))! };
    });
    serve(app, correctQuarantinedRecord, write, async ({ client, params, body }) => {
      await own(service, client, params.itemId);
      return told(await correctQuarantined(service, params.itemId, client, body.record));
    });
    serve(app, replayQuarantinedRecord, write, async ({ client, params }) => {
      await own(service, client, params.itemId);
      return told(await replayQuarantined(service, params.itemId, client));
    });
    serve(app, discardQuarantinedRecord, write, async ({ client, params, body }) => {
      await own(service, client, params.itemId);
      return told(await discardQuarantined(service, params.itemId, client.clientId, body.reason));
    });
    const approve = { ...write, ...accepts('evidence:approve') };
    serve(app, approveQuarantinedRecord, approve, async ({ client, params }) =>
      told(await approveQuarantined(service, params.itemId, client.clientId, service.delivererOf)),
    );
  };
}

function listRoute(app: App, { db }: QuarantineParts): void {
  const rules = { ...accepts('evidence:read'), importance: 'history' } as const;
  serve(app, listQuarantine, rules, async ({ client, query }) => {
    const { cursor, limit = 50 } = query;
    const after = readCursor(cursor);
    const rows = await listQuarantined(db, client.clientId, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1)! : undefined;
    return { items: page.map(printWaiting), next: last ? writeCursor(last) : null };
  });
}

/** Another client's item is no item: its existence is nobody else's business. */
async function own({ db }: QuarantineParts, { clientId }: Client, itemId: string): Promise<void> {
  const item = await quarantined(db, itemId);
  if (item?.clientId !== clientId) throw new Problem('not-found', 'There is no such record in quarantine.');
}

const WORDS: Readonly<Record<Exclude<Refusal, 'unknown'>, string>> = {
  closed: 'The record does not wait any more.',
  'own-record': 'Whoever stated a record cannot approve it.',
  'approved-already': 'The same one cannot approve twice.',
  'needs-no-approval': 'The record waits for something else than an approval.',
};

function told(resolution: Resolution): QuarantineStep {
  const { refused } = resolution;
  if (refused === 'unknown') throw new Problem('not-found', 'There is no such record in quarantine.');
  if (refused !== undefined) throw new Problem('conflict', WORDS[refused]);
  return resolution as QuarantineStep;
}

function printWaiting(row: WaitingRow): QuarantinedRecord {
  const { itemId, batchId, position, source, faults, receivedAt, isOpen } = row;
  return {
    ...{ itemId, batchId, position, source, faults: [...faults] },
    receivedAt: printInstant(receivedAt),
    state: isOpen ? 'waiting' : 'closed',
  };
}

const FIRST = { receivedAt: 0, itemId: '00000000-0000-0000-0000-000000000000' };
const CURSOR = /^(\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function writeCursor({ receivedAt, itemId }: WaitingRow): string {
  return Buffer.from(`${receivedAt} ${itemId}`).toString('base64url');
}

function readCursor(cursor: string | undefined): typeof FIRST {
  if (cursor === undefined) return FIRST;
  const [, receivedAt, itemId] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (receivedAt !== undefined && itemId !== undefined) return { receivedAt: Number(receivedAt), itemId };
  throw new Problem('invalid', 'The cursor is none of this list.', {
    errors: [{ in: 'query', path: '/cursor', message: 'is no cursor of this list' }],
  });
}
