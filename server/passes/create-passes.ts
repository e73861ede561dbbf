import type { Installation } from '../installation.ts';
import { createIssuing, type Issuing } from './issuing.ts';
import { createReadPass, type ReadPass } from './read-pass.ts';
import type { Signing } from './signing.ts';
import type { FindSlots } from './slots/find-slots.ts';
import type { Indexes } from './slots/indexes.ts';

/** What passes are made and read with. */
export interface PassParts {
  readonly installation: Pick<Installation, 'rules' | 'trust'>;
  readonly slots: FindSlots;
  readonly signing: Signing;
  readonly indexes: Indexes;
}

/** The passes of a process: what issues them, and what reads them at doors. */
export interface Passes {
  readonly issuing: Issuing;
  readonly readPass: ReadPass;
  readonly slots: FindSlots;
}

/** Makes what issues and reads passes. */
export function createPasses({ installation, signing, slots, indexes }: PassParts): Passes {
  const { rules, trust } = installation;
  const parameters = () => trust.keys().parameters;
  return {
    issuing: createIssuing({ signing, slots, indexes, parameters, rulesAt: rules.numberAt }),
    readPass: createReadPass({ keys: trust.keys, slots, indexes }),
    slots,
  };
}
