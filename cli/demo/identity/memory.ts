import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Kept {
  payload: AdapterPayload;
  readonly endsAtMs: number;
}

const MOST = 5_000;

/** Keeps what the provider must remember in memory, for as long as it asks: it all begins anew with each start. */
export function keepInMemory(): AdapterFactory {
  const all = new Map<string, Kept>();
  return (model) => adapterOf(model, all);
}

function adapterOf(model: string, all: Map<string, Kept>): Adapter {
  const key = (id: string) => `${model} ${id}`;
  const find = (id: string) => {
    const kept = all.get(key(id));
    return kept && kept.endsAtMs > Date.now() ? kept.payload : undefined;
  };
  const where = (isIt: (payload: AdapterPayload) => boolean) =>
    [...all].find(([name, { payload }]) => name.startsWith(`${model} `) && isIt(payload))?.[1].payload;
  return {
    upsert: async (id, payload, expiresIn = Number.POSITIVE_INFINITY) => {
      all.delete(key(id));
      all.set(key(id), { payload, endsAtMs: Date.now() + expiresIn * 1_000 });
      if (all.size > MOST) all.delete(all.keys().next().value!);
    },
    find: async (id) => find(id),
    findByUid: async (uid) => where((payload) => payload.uid === uid),
    findByUserCode: async (code) => where((payload) => payload.userCode === code),
    consume: async (id) => {
      const kept = all.get(key(id));
      if (kept) kept.payload = { ...kept.payload, consumed: Math.floor(Date.now() / 1_000) };
    },
    destroy: async (id) => {
      all.delete(key(id));
    },
    revokeByGrantId: async (grantId) => {
      for (const [name, { payload }] of all) if (payload.grantId === grantId) all.delete(name);
    },
  };
}
