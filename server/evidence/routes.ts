import type { Readable } from 'node:stream';
import { type EvidenceReceipt, stateEvidence } from '../../api/evidence/evidence.ts';
import type { App, Routes } from '../platform/http/app.ts';
import { takeNdjson } from '../platform/http/load/bodies.ts';
import { Problem, passingProblem } from '../platform/http/problem.ts';
import { accepts, type Client } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import type { Receipt } from './accept-deliveries.ts';
import { type Delivering, deliver } from './deliver.ts';
import { incomingFrom, partsOf } from './deliver-lines.ts';
import { QueueFull } from './intake-queue.ts';

/** The largest batch: about fifty thousand records. */
const MOST_BYTES = 16 << 20;
/** A stream is read as fast as it is written down, so its sender may need time. */
const BODY_SECONDS = 240;

/** Where sources state evidence (S4). */
export function evidenceRoutes(service: Delivering): Routes {
  return (app: App) => {
    takeNdjson(app);
    const rules = {
      ...accepts('evidence:write'),
      importance: 'deferrable',
      idempotent: true,
      bodyBytes: MOST_BYTES,
      bodySeconds: BODY_SECONDS,
      takesLines: true,
    } as const;
    serve(app, stateEvidence, rules, async ({ client, body }) => accept(service, client, body));
  };
}

async function accept(service: Delivering, client: Client, body: unknown): Promise<EvidenceReceipt> {
  if (body === undefined || body === null) throw new Problem('invalid', 'There is no body.');
  const parts = isStream(body) ? incomingFrom(body) : partsOf(recordsIn(body));
  const receipts: Receipt[] = [];
  try {
    for await (const receipt of deliver(service, client, parts)) receipts.push(receipt);
  } catch (error) {
    if (error instanceof QueueFull) throw passingProblem('overloaded', 'Too many records wait.', 1);
    throw error;
  }
  const sum = (count: (receipt: Receipt) => number) =>
    receipts.reduce((total, receipt) => total + count(receipt), 0);
  return {
    batches: receipts.map(({ batchId }) => batchId),
    accepted: sum(({ accepted }) => accepted),
    unchanged: sum(({ unchanged }) => unchanged),
    quarantined: sum(({ quarantined }) => quarantined),
    records: receipts.flatMap(({ outcomes }) => outcomes as EvidenceReceipt['records']),
  };
}

/** JSON Lines arrive as a stream of bytes, which no schema looks at. */
function isStream(body: unknown): body is Readable {
  return typeof (body as Readable)?.pipe === 'function';
}

function recordsIn(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : (body as { records: unknown[] }).records;
}
