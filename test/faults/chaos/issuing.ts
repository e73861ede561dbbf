import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodePass } from '../../../credential/passes.ts';
import { passText } from '../../../credential/show.ts';
import { followKeyList, type KeyList } from '../../../credential/trust/key-list.ts';
import { COLOURS } from '../../../domain/colour.ts';
import type { Instant } from '../../../domain/time.ts';
import { readAtGate } from '../../../gate/read-text.ts';
import { verify } from '../../../gate/verify.ts';
import { connectSigning, SigningError } from '../../../server/passes/signing.ts';
import { pinnedIn, SIGNER_FOLDER, socketIn, trustIn } from '../../../server/passes/trust/trust-folder.ts';
import { verifyJournal } from '../../../signer/journal/verify-journal.ts';
import { LIST_FILE } from '../../../signer/keys/shelf.ts';
import { JOURNAL_FOLDER } from '../../../signer/start-signer.ts';
import { onlinePassAt } from '../../made-up-passes.ts';
import { type OfflineGate, offlineGate } from '../../offline-gate.ts';
import type { ServiceProcess } from '../service-process.ts';
import type { Site } from '../site.ts';

/** Codes that are signed all the time, and gates that follow the lists. */
export interface Issuing {
  /** The key list that gates go by. */
  readonly keys: KeyList;
  /** Throws what a code or a list has said wrongly. */
  readonly check: () => void;
  /** How many codes were signed so far. */
  readonly signed: () => number;
  /** Ends it, and follows the journal of what was signed. Throws when something was wrong. */
  readonly stop: () => Promise<{
    readonly codes: number;
    readonly notSigned: number;
    readonly heads: number;
  }>;
}

const PAUSE_MS = 100;
const FETCH_MS = 1_000;
/** What a gate never has to say of a service that is honest, whatever dies. */
const REFUSED =
  /rolled-back|unreadable|wrong-use|other-list|hole|unknown-key|bad-signature|other-content|not-signed/;

/** Starts to have codes signed, each read by a gate, and lets a gate follow each service. */
export function startIssuing(site: Site, services: readonly ServiceProcess[], now: () => Instant): Issuing {
  const trust = trustIn(site.keysFolder);
  const pin = pinnedIn(trust);
  const keys = followKeyList(pin, readFileSync(join(trust, SIGNER_FOLDER, LIST_FILE)), verify);
  if ('refused' in keys) throw new Error(keys.refused);
  const signing = connectSigning({ socket: socketIn(trust), patienceMs: 1_000 });
  const counts = { codes: 0, notSigned: 0, heads: 0 };
  let isOver = false;
  let failure: unknown;
  const repeat = async (pauseMs: number, work: (round: number) => Promise<void>) => {
    for (let round = 0; !isOver; round++) {
      await work(round).catch((error: unknown) => {
        failure ??= error;
      });
      await sleep(pauseMs);
    }
  };
  const issue = async (round: number) => {
    const colour = COLOURS[round % COLOURS.length]!;
    const pass = onlinePassAt(now(), { colour });
    try {
      const text = passText(await signing.sign('pass', encodePass(pass)));
      const { conclusion } = readAtGate(text, { keys, view: () => undefined }, pass.issuedAt);
      assert.deepEqual(conclusion.kind === 'colour' && conclusion.colours, [colour]);
      counts.codes++;
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      counts.notSigned++;
    }
  };
  const follow = async (gate: OfflineGate, which: number) => {
    try {
      await gate.fetch(services[which]!.url, now());
      counts.heads++;
    } catch (error) {
      if (error instanceof Error && REFUSED.test(error.message)) throw error;
    }
  };
  const running = [
    repeat(PAUSE_MS, issue),
    ...services.map((_, which) => {
      const gate = offlineGate(pin);
      return repeat(FETCH_MS, () => follow(gate, which));
    }),
  ];
  const check = () => {
    if (failure !== undefined) throw failure;
  };
  return {
    keys,
    check,
    signed: () => counts.codes,
    stop: async () => {
      isOver = true;
      await Promise.all(running);
      signing.close();
      check();
      verifyJournal(join(trust, SIGNER_FOLDER, JOURNAL_FOLDER));
      return counts;
    },
  };
}

/** The signers that the services of a site have started. */
export function signersOf(site: Site): number[] {
  const socket = socketIn(trustIn(site.keysFolder));
  return spawnSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(`--socket ${socket}`))
    .map((line) => Number.parseInt(line, 10));
}
