import type { Page } from 'playwright-core';
import { API_ROOT } from '../../api/route.ts';
import { type Conclusion, conclude, epochNeeded } from '../../credential/conclude.ts';
import { readText } from '../../credential/read.ts';
import { acceptKeyList } from '../../credential/trust/key-list.ts';
import type { Instant } from '../../domain/time.ts';
import { createGateLists } from '../../gate/status-lists.ts';
import { verify } from '../../gate/verify.ts';
import { pinnedIn } from '../../server/passes/trust/trust-folder.ts';
import type { RunningService } from '../running-service.ts';
import { see } from './scan.ts';

/** A gate that has fetched what it needs, and asks nobody any more. */
export interface OfflineGate {
  readonly read: (text: string, now?: Instant) => Conclusion;
}

/** What a gate concludes from what a page shows. */
export async function readOff(gate: OfflineGate, page: Page): Promise<Conclusion> {
  const { text, at } = await see(page);
  return gate.read(text, at);
}

/** A gate that pins the root of an installation and fetches its key list and its lists of statuses now. */
export async function fetchedGate({ url, installation }: RunningService): Promise<OfflineGate> {
  const get = async (path: string) => {
    const response = await fetch(`${url}${API_ROOT}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const fetchedAt = Date.now();
  const keys = acceptKeyList(pinnedIn(installation.trustFolder), await get('/trust/keys'), fetchedAt, verify);
  if ('refused' in keys) throw new Error(keys.refused);
  const lists = createGateLists(() => keys, verify);
  lists.take(await get('/trust/status/head'), fetchedAt, 'head');
  for (const name of lists.wanted()) lists.take(await get(`/trust/status/${name}`), fetchedAt, name);
  return {
    read: (text, now = Date.now()) => {
      const opened = readText(text, keys, now, verify);
      if (opened.kind === 'refused') return opened;
      const epoch = epochNeeded(opened.pass, now, keys.parameters);
      return conclude(opened, lists.view(epoch, now), now);
    },
  };
}
