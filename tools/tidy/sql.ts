import { type Finding, isTest, lineOf, type SourceFile, topFolder } from './source.ts';

const STATEMENTS: readonly RegExp[] = [
  /\bselect\b[\s\S]*\bfrom\b/i,
  /\binsert\s+into\b/i,
  /\bupdate\s+\S+(?:\s+as\s+\w+)?\s+set\b/i,
  /\bdelete\s+from\b/i,
  /\b(?:create|alter|drop|truncate)\s+(?:table|index|role|view|schema|type|function)\b/i,
];
const TAG = /(?<![\w$])sql\s*(?:<[^`;]*>)?\s*`/g;

/** SQL in the server outside the stores, the migrations and the database of the platform. */
export function checkSql(files: readonly SourceFile[]): Finding[] {
  return files.filter(mayNotSpeakSql).flatMap(({ path, text, scanned }) => {
    const lines = [
      ...scanned.strings.filter((piece) => STATEMENTS.some((pattern) => pattern.test(piece.text))),
      ...[...scanned.code.matchAll(TAG)].map(({ index }) => ({ line: lineOf(text, index) })),
    ].map(({ line }) => line);
    if (path.endsWith('.sql')) lines.push(1);
    return [...new Set(lines)].map((line) => ({ path, line, message: 'speaks SQL; that is for store.ts' }));
  });
}

function mayNotSpeakSql({ path }: SourceFile): boolean {
  const speaks = /(?:^|\/)store\.ts$|(?:^|\/)migrations\/|^server\/platform\/db\//.test(path);
  return topFolder(path) === 'server' && !isTest(path) && !speaks;
}
