/**
 * One thing that is wrong with an input: where in it, and what. Faults are values, because bad
 * input is expected; they are shown as `file:line: field: what is wrong`.
 */
export interface Fault {
  /** The path of the field inside the record, such as `data.from`; empty when the whole input is meant. */
  readonly field: string;
  /** What is wrong, in one sentence without a full stop, and never with the value of personal data. */
  readonly message: string;
}

/** A fault of a field; `message` as the field of that name asks. */
export function fault(field: string, message: string): Fault {
  return { field, message };
}

/** `field: what is wrong`, or only what is wrong where no field is meant. */
export function describeFault({ field, message }: Fault): string {
  return field === '' ? message : `${field}: ${message}`;
}
