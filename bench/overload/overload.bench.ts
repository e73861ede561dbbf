import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TYPESCRIPT } from '../../cli/typescript/options.ts';
import type { Figure } from '../figures.ts';
import { cpuOf } from '../trial.ts';
import { sumOf } from './counts.ts';
import { generate } from './generate.ts';

const USUAL_MINUTES = '5';
const OF_PROCESSOR = 'processor';
/** What makes an overload and looks at it, as the tests do. */
const RUN = join(import.meta.dirname, '../../test/faults/overload/run.ts');
const CONSTANT_SECONDS = 15;
const LET_IN = 'let in';
const MANAGED = 'what is managed without overload';

/**
 * Offers a service that manages about 1,000 requests a second ten times that, for some minutes, beside what it manages
 * without, and beside Fastify replying 503 as a constant to the same requests at the same rate. With `processor` among `args` it
 * is its processor that is narrow, and not its way to the database, and twice what it manages.
 */
export async function bench(args: readonly string[] = []): Promise<Figure[]> {
  const ofProcessor = args.includes(OF_PROCESSOR) ? [`--${OF_PROCESSOR}`] : [];
  const [minutes = USUAL_MINUTES] = args.filter((arg) => arg !== OF_PROCESSOR);
  const figures = await runOverload([minutes, ...ofProcessor]);
  const told = (name: string) => figures.find(([figure]) => figure === name)![1];
  const offered = told('offered');
  const own = await measureRefusal('service', offered);
  const constant = await measureRefusal('constant', offered);
  const figuresTold = figures.map(([figure, value, unit]): Figure => {
    if (figure !== LET_IN) return { bench: 'overload', figure, value, unit };
    const managed = told(MANAGED);
    const beside = { reference: MANAGED, referenceValue: managed, ratio: value / managed };
    return { bench: 'overload', figure, value, unit, ...beside };
  });
  return [
    ...figuresTold,
    {
      ...{
        bench: 'overload',
        figure: 'CPU time of a refusal by a service that is full',
        value: own,
        unit: 'µs',
      },
      ...{ reference: 'Fastify replying 503 as a constant', referenceValue: constant, ratio: own / constant },
    },
  ];
}

type Told = readonly [figure: string, value: number, unit: string];

async function runOverload(args: readonly string[]): Promise<readonly Told[]> {
  const run = spawn(process.execPath, [...TYPESCRIPT, RUN, ...args, '--figures'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  run.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const [code] = await once(run, 'close');
  if (code !== 0) throw new Error('the overload could not be made');
  return JSON.parse(text) as Told[];
}

/** The CPU time of a refusal by the service, or of a constant one, in µs. */
async function measureRefusal(by: 'service' | 'constant', offeredPerSecond: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const server: ChildProcess = fork(fileURLToPath(new URL('./constant-refusal.ts', import.meta.url)), [by]);
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const requestsFile = join(folder, 'requests.json');
    // As long as what is mostly turned away: a cookie of a session.
    const request = `GET /api/v1/me/code HTTP/1.1\r\nHost: a\r\nCookie: healthcode=${'x'.repeat(400)}\r\n\r\n`;
    writeFileSync(requestsFile, JSON.stringify({ showing: [request] }));
    const asking = { port, perSecond: { showing: offeredPerSecond }, requestsFile, firstNumber: 0 };
    await generate({ ...asking, seconds: CONSTANT_SECONDS / 3 }).done;
    const before = cpuOf(server.pid!);
    const counts = await generate({ ...asking, seconds: CONSTANT_SECONDS }).done;
    return (cpuOf(server.pid!) - before) / sumOf(counts, 'refused');
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true });
  }
}
