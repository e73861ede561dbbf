import { type Finding, isScript, isTest, lineOf, type SourceFile, topFolder } from './source.ts';

/** The folders whose functions get time, chance and data as arguments. */
const PURE_FOLDERS = ['domain', 'credential'];

/** These words, whole, and not as members: `process` but not `batch.process`. */
const free = (words: string) => `(?<![\\w$.])(?:${words})(?![\\w$])`;

const IMPURE: readonly (readonly [what: string, pattern: RegExp])[] = [
  // A date made from its arguments is no clock. Instants are numbers here, so nothing else of Date is needed.
  ['a clock', new RegExp(`${free('Date')}(?!\\.UTC\\()(?<!new\\s+Date(?=\\s*\\(\\s*[^\\s)]))`, 'g')],
  ['a clock', new RegExp(`${free('performance')}(?=\\s*[.[])|${free('Temporal')}(?=\\s*\\.\\s*Now)`, 'g')],
  ['a timer', new RegExp(free('set(?:Timeout|Interval|Immediate)|queueMicrotask'), 'g')],
  ['dice', /\bMath\s*(?:\.\s*random\b|\[|[;,)])/g],
  ['dice', /\b(?:getRandomValues|randomUUID|randomBytes|randomInt)\b/g],
  ['the process', new RegExp(`${free('process')}(?=\\s*(?:\\?\\.|[.[;,)]))`, 'g')],
  ['the world', new RegExp(`${free('globalThis|console|fetch')}|\\bimport\\.meta\\b`, 'g')],
  ['code made while running', /(?<![\w$.])(?:eval|Function)\s*\(/g],
];

/** Clocks, dice and the world in the pure folders. */
export function checkPurity(files: readonly SourceFile[]): Finding[] {
  return files.filter(isPure).flatMap((file) =>
    IMPURE.flatMap(([what, pattern]) =>
      [...file.scanned.code.matchAll(pattern)].map((found) => ({
        path: file.path,
        line: lineOf(file.text, found.index),
        message: `uses ${what} (${found[0].trim()}); ${topFolder(file.path)} is pure`,
      })),
    ),
  );
}

/** Whether a file must work without clock, dice or world. */
export function isPure({ path }: SourceFile): boolean {
  return isScript(path) && PURE_FOLDERS.includes(topFolder(path)) && !isTest(path);
}
