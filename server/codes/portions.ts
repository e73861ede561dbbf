import { LONGEST_TRANSACTION_MS } from '../platform/db/database.ts';
import { DatabaseError } from '../platform/db/failure.ts';
import { MOST_DUE, type Portion, type Turned } from './reassess-due.ts';

/** Does something in portions of which each has time enough. */
export type InPortions = (turn: (portion: Portion) => Promise<Turned>) => Promise<Turned>;

/** In so much of the time that a transaction has, twice as many are done in half of it. */
const QUICK_MS = LONGEST_TRANSACTION_MS / 4;

/**
 * How many due rows one transaction takes: half of what it had taken after one that the database did not finish in time, so
 * that it gets done however slow the network is and however many people are joined; twice as many after each whole portion
 * that was quick.
 */
export function createPortions(): InPortions {
  let most = MOST_DUE;
  return async (turn) => {
    let taken = 0;
    const portion = {
      most,
      onTaken: (rows: number) => {
        taken = rows;
      },
    };
    const begunMs = performance.now();
    try {
      const turned = await turn(portion);
      const isQuick = performance.now() - begunMs < QUICK_MS;
      if (isQuick && turned.done >= portion.most && portion.most === most)
        most = Math.min(MOST_DUE, most * 2);
      return turned;
    } catch (error) {
      const isTooMuch = taken > 1 && error instanceof DatabaseError && error.kind === 'unavailable';
      if (isTooMuch) most = Math.min(most, Math.floor(taken / 2));
      throw error;
    }
  };
}
