import { type Conclusion, conclude, epochNeeded } from '../credential/conclude.ts';
import { readText } from '../credential/read.ts';
import { acceptKeyList, type KeyList, type Pin } from '../credential/trust/key-list.ts';
import type { Keys } from '../credential/trust/keys.ts';
import type { Instant } from '../domain/time.ts';
import { createGateLists, type GateLists } from '../gate/status-lists.ts';
import { verify } from '../gate/verify.ts';

/** A gate that has fetched what it needs, and then decides without the service. */
export interface OfflineGate {
  readonly lists: GateLists;
  readonly keys: () => KeyList;
  /** Fetches the key list, the head, and the lists that are missing. */
  readonly fetch: (url: string, now: Instant) => Promise<void>;
  /** What it concludes from a text, by its own keys or others. */
  readonly read: (text: string, now: Instant, keys?: Keys) => Conclusion;
}

/** Puts up a gate that trusts a root. */
export function offlineGate(pin: Pin): OfflineGate {
  let list: KeyList | undefined;
  const keys = () => {
    if (!list) throw new Error('the gate has no key list');
    return list;
  };
  const lists = createGateLists(keys, verify);
  return {
    lists,
    keys,
    fetch: async (url, now) => {
      const accepted = acceptKeyList(list ?? pin, await get(url, 'keys'), now, verify);
      if ('refused' in accepted) throw new Error(accepted.refused);
      list = accepted;
      for (const wanted = ['head']; wanted.length > 0; wanted.push(...lists.wanted())) {
        for (const name of wanted.splice(0)) {
          const taken = lists.take(await get(url, `status/${name}`), now, name);
          if (taken !== 'taken' && taken !== 'known') throw new Error(`${name}: ${taken}`);
        }
      }
    },
    read: (text, now, by = keys()) => {
      const opened = readText(text, by, now, verify);
      if (opened.kind === 'refused') return opened;
      return conclude(opened, lists.view(epochNeeded(opened.pass, now, by.parameters), now), now);
    },
  };
}

async function get(url: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/api/v1/trust/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
