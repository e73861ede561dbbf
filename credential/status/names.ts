/** A list as it is asked for (`GET /trust/status/:list`). */
export type ListName =
  | { readonly kind: 'head' }
  | { readonly kind: 'base'; readonly epoch: number }
  | { readonly kind: 'delta' | 'sum' | 'token'; readonly epoch: number; readonly number: number };

const LETTERS = { delta: 'd', sum: 's', token: 't' } as const;
const KINDS = { d: 'delta', s: 'sum', t: 'token' } as const;
const NAME = /^(0|[1-9]\d{0,11})(?:-([dst])(0|[1-9]\d{0,8}))?$/;

/** `head`, `<epoch>`, `<epoch>-d<number>`, `<epoch>-s<number>`, `<epoch>-t<number>`. */
export function printListName(name: ListName): string {
  if (name.kind === 'head') return 'head';
  if (name.kind === 'base') return String(name.epoch);
  return `${name.epoch}-${LETTERS[name.kind]}${name.number}`;
}

/** Reads a name; undefined for what names no list. */
export function parseListName(text: string): ListName | undefined {
  if (text === 'head') return { kind: 'head' };
  const [, epoch, letter, number] = NAME.exec(text) ?? [];
  if (epoch === undefined) return undefined;
  if (letter === undefined) return { kind: 'base', epoch: Number(epoch) };
  return { kind: KINDS[letter as keyof typeof KINDS], epoch: Number(epoch), number: Number(number) };
}
