/** A comment, string or template of a source: where it begins, on which line (from 1), and its content. */
export interface Piece {
  readonly start: number;
  readonly line: number;
  readonly text: string;
}

/** A TypeScript source told apart. */
export interface Scanned {
  /** The source with comments blanked, and the inside of strings, templates and regular expressions too; every offset stays. */
  readonly code: string;
  readonly comments: readonly Piece[];
  /** Strings and templates without their quotes. In a template's text `{}` stands for each `${…}`, whose inside is code. */
  readonly strings: readonly Piece[];
}

interface Template {
  readonly start: number;
  readonly line: number;
  text: string;
  /** How many braces are open inside the `${…}` that is being read. */
  depth: number;
}

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const REGULAR_EXPRESSION = /\/(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y;
const TEMPLATE_CHUNK = /[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{|$)/y;
const SPACE = /\s+/y;
const CODE = /[\w$]+|\+\+|--|[\s\S]/y;

/** After one of these a `/` divides, or closes a tag; after a keyword that wants a value it begins a regular expression. */
const ENDS_VALUE = /(?:[\w$)\]}"<]|\+\+|--)$/;
const WANTS_VALUE = /^(?:return|typeof|case|in|of|void|delete|throw|new|else|do|instanceof|yield|await)$/;

/**
 * Tells code from what only looks like it. The compiler has no programming interface in its present
 * version; this reads no more than the rules of the house need.
 */
export function scan(text: string): Scanned {
  const code: string[] = [];
  const comments: Piece[] = [];
  const strings: Piece[] = [];
  const templates: Template[] = [];
  let previous = '';
  let line = 1;
  for (let start = 0; start < text.length; ) {
    const [kind, token] = read(text, start, previous, templates.at(-1)?.depth === 0);
    if (kind === 'comment') comments.push({ start, line, text: token });
    if (kind === 'string') strings.push({ start, line, text: withoutEscapes(token.slice(1, -1)) });
    if (kind === 'chunk') readChunk(token, { start, line, text: '', depth: 0 }, templates, strings);
    if (kind === 'code') countBrace(token, templates.at(-1));
    code.push(kind === 'code' || kind === 'space' ? token : masked(kind, token));
    if (kind !== 'space' && kind !== 'comment') previous = traceOf(kind, token);
    line += token.split('\n').length - 1;
    start += token.length;
  }
  return { code: code.join(''), comments, strings };
}

type Kind = 'comment' | 'string' | 'pattern' | 'chunk' | 'space' | 'code';

function read(text: string, at: number, previous: string, inTemplate: boolean): readonly [Kind, string] {
  const character = text[at];
  if (character === '`' || (character === '}' && inTemplate))
    return ['chunk', match(TEMPLATE_CHUNK, text, at)];
  const slashIsValue = !ENDS_VALUE.test(previous) || WANTS_VALUE.test(previous);
  const attempts: readonly (readonly [Kind, RegExp])[] = [
    ['comment', COMMENT],
    ['string', STRING],
    ...(slashIsValue ? [['pattern', REGULAR_EXPRESSION] as const] : []),
    ['space', SPACE],
  ];
  for (const [kind, pattern] of attempts) {
    const token = match(pattern, text, at);
    if (token !== '') return [kind, token];
  }
  return ['code', match(CODE, text, at)];
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function readChunk(token: string, fresh: Template, templates: Template[], strings: Piece[]): void {
  if (token.startsWith('`')) templates.push(fresh);
  const template = templates.at(-1)!;
  const goesOn = token.endsWith('${');
  template.text += token.slice(1, goesOn ? -2 : -1) + (goesOn ? '{}' : '');
  if (!goesOn) strings.push(templates.pop()!);
}

function countBrace(token: string, template: Template | undefined): void {
  if (!template) return;
  if (token === '{') template.depth++;
  if (token === '}') template.depth--;
}

function masked(kind: Kind, token: string): string {
  const blank = (text: string) => text.replace(/[^\n]/g, ' ');
  if (kind === 'comment') return blank(token);
  const tail = token.endsWith('${') ? 2 : 1;
  return token.length === 1 ? token : `${token[0]}${blank(token.slice(1, -tail))}${token.slice(-tail)}`;
}

function traceOf(kind: Kind, token: string): string {
  if (kind === 'code') return token;
  return token.endsWith('${') ? '{' : '"';
}

/** The escapes that can hide a name inside a string: `\x66` and `\u0066`. */
function withoutEscapes(text: string): string {
  return text.replace(/\\x([\da-f]{2})|\\u([\da-f]{4})|\\u\{([\da-f]+)\}/gi, (_, two, four, any) =>
    String.fromCodePoint(Math.min(Number.parseInt(two ?? four ?? any, 16), 0x10ffff)),
  );
}
