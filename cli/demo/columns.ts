import type { BilingualText } from '../../domain/rules/schema.ts';

/** Characters that a terminal draws two columns wide: Chinese, its punctuation, and full-width forms. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** How many columns a text takes on a terminal. */
export function width(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

/** The text with blanks after it, up to a width. */
export function left(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

/** The text with blanks before it, up to a width. */
export function right(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - width(text))) + text;
}

const CHINESE_COLUMNS = 46;

/** Chinese on the left, English on the right. */
export function sideBySide({ zh, en }: BilingualText, indent = ''): string {
  return `${indent}${left(zh, CHINESE_COLUMNS - indent.length)}  ${en}`;
}

/** `12,345`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** `12.34 %`, or nothing of nothing. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '' : `${((part / whole) * 100).toFixed(2)} %`;
}
