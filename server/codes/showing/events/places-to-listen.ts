/** How many may listen at the same time. */
export interface Places {
  /** Takes a place; gives 0, or after how many seconds there may be one. */
  readonly take: (accountId: string) => number;
  readonly leave: (accountId: string) => void;
}

/** A phone, a computer, and a few tabs of each. */
const MOST_OF_ACCOUNT = 6;
/** Each costs some kilobytes, and its share of a statement a second. */
const MOST = 10_000;
const RETRY_SECONDS = 10;

export function createPlaces(mostOfAccount = MOST_OF_ACCOUNT, most = MOST): Places {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take: (accountId) => {
      const ofAccount = taken.get(accountId) ?? 0;
      if (all >= most || ofAccount >= mostOfAccount) return RETRY_SECONDS;
      taken.set(accountId, ofAccount + 1);
      all++;
      return 0;
    },
    leave: (accountId) => {
      const ofAccount = taken.get(accountId) ?? 0;
      if (ofAccount > 1) taken.set(accountId, ofAccount - 1);
      else taken.delete(accountId);
      all--;
    },
  };
}
