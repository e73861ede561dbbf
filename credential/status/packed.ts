import type { Status } from '../status-view.ts';

/** Statuses of 2 bits each, four a byte, the first in the lowest bits (IETF Token Status List, 4.1). */
export type Packed = Uint8Array;

export function createPacked(size: number): Packed {
  return new Uint8Array(Math.ceil(size / 4));
}

export function statusAt(packed: Packed, index: number): Status {
  return ((packed[index >>> 2]! >> ((index & 3) * 2)) & 3) as Status;
}

export function setStatus(packed: Packed, index: number, status: Status): void {
  const shift = (index & 3) * 2;
  packed[index >>> 2] = (packed[index >>> 2]! & ~(3 << shift)) | (status << shift);
}
