import { type Finding, isScript, type SourceFile } from './source.ts';

const UNFINISHED = /\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(?#\d+)/;
/** Ways around the compiler and the linter. An exception of the linter may stand if it gives a reason; from the rules of the house there is none. */
const SILENCED =
  /@ts-(?:ignore|nocheck)\b|\bbiome-ignore(?:-all)?\b(?!.*:\s*\S)|\/\s*<reference\b|\bbiome-ignore.*(?:noExplicitAny|noDefaultExport|noExcessiveLines|noTsIgnore|noImportCycles)/;
const REEXPORT = /\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(['"])\s*\1\s*;?/g;

/** Unfinished work without an issue, silenced tools, and files that only pass on what others export; `linter.test.ts` has the rest. */
export function checkWording(files: readonly SourceFile[]): Finding[] {
  return files.filter(({ path }) => isScript(path)).flatMap(checkFile);
}

function checkFile({ path, scanned }: SourceFile): Finding[] {
  const inComments = scanned.comments.flatMap(({ line, text }) => [
    ...(UNFINISHED.test(text) ? [{ path, line, message: 'has unfinished work without an issue' }] : []),
    ...(SILENCED.test(text) ? [{ path, line, message: 'silences a tool' }] : []),
  ]);
  if (!isBarrel(scanned.code)) return inComments;
  return [...inComments, { path, message: 'is a barrel: it only passes on exports' }];
}

function isBarrel(code: string): boolean {
  return code.trim() !== '' && code.replace(REEXPORT, '').trim() === '';
}
