import { type Scanned, scan } from './scan.ts';

/** A file of the project: its path from the root, with `/`, and its text; a script is scanned too. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly scanned: Scanned;
}

/** One thing that a rule of the house forbids, and where. */
export interface Finding {
  readonly path: string;
  readonly line?: number;
  readonly message: string;
}

const NOTHING: Scanned = { code: '', comments: [], strings: [] };

/** Makes a file of the project out of a path and a text. */
export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, scanned: isScript(path) ? scan(text) : NOTHING };
}

/** TypeScript and JavaScript of any kind. */
export function isScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** A test or what only tests use, which may reach further than what it tests. */
export function isTest(path: string): boolean {
  return /\.test\.[cm]?[jt]sx?$/.test(path) || path.startsWith('test/');
}

/** The folder at the top of a path; empty for a file of the root. */
export function topFolder(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

/** The line, from 1, on which an offset of a text stands. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A finding as one line: `path:line: message`. */
export function describeFinding({ path, line, message }: Finding): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}
