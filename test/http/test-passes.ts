import { createPasses, type Passes } from '../../server/passes/create-passes.ts';
import { connectSigning, type Signing } from '../../server/passes/signing.ts';
import { createFindSlots } from '../../server/passes/slots/find-slots.ts';
import { type Indexes, openIndexes } from '../../server/passes/slots/indexes.ts';
import { openTrust } from '../../server/passes/trust/open-trust.ts';
import { trustIn } from '../../server/passes/trust/trust-folder.ts';
import type { TestService } from '../service.ts';
import { hostSigner } from '../signer.ts';

/** Passes on the database of a test, under its clock, with a signer of its own. */
export interface TestPasses {
  readonly passes: Passes;
  readonly indexes: Indexes;
  readonly signing: Signing;
  readonly close: () => Promise<void>;
}

export async function openTestPasses(service: TestService): Promise<TestPasses> {
  const store = service.database;
  const clock = () => service.now;
  const trustFolder = trustIn(service.keysFolder);
  const trust = await openTrust(store.app, trustFolder, service.now);
  const parameters = () => trust.keys().parameters;
  const indexes = await openIndexes(store.app, service.keys(), parameters, service.now);
  const signer = await hostSigner({ trustFolder }, clock);
  const signing = connectSigning({ socket: signer.socket });
  const slots = createFindSlots(store.app, clock);
  const installation = { trust, rules: { numberAt: () => 1 } } as unknown as Parameters<
    typeof createPasses
  >[0]['installation'];
  return {
    passes: createPasses({ installation, signing, slots, indexes }),
    ...{ indexes, signing },
    close: async () => {
      signing.close();
      await signer.close();
    },
  };
}
