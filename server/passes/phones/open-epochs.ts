import { type Epoch, MOST_EPOCHS } from '../../../api/passes/phones.ts';
import { endOfEpoch, epochAt, startOfEpoch } from '../../../credential/trust/epochs.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';

/** The epochs that passes are issued for at an instant, in order: the present one, and those to come. */
export function openEpochs(now: Instant, parameters: TrustParameters): number[] {
  const first = epochAt(now, parameters);
  const count = Math.min(1 + parameters.epochsAhead, MOST_EPOCHS);
  return Array.from({ length: count }, (_, ahead) => first + ahead);
}

/** An epoch, as phones are told. */
export function printEpoch(epoch: number, parameters: TrustParameters): Epoch {
  const startsAt = printInstant(startOfEpoch(epoch, parameters));
  return { epoch, startsAt, endsAt: printInstant(endOfEpoch(epoch, parameters)) };
}
