import { lineOf, type SourceFile } from '../../tools/tidy/source.ts';

/** A statement as it stands in a source: `{}` stands for each value. */
export interface WrittenStatement {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

const TAG = /(?<![\w$.])(?:sql|script\()\s*(?=[`'])/g;

/**
 * Every statement of a source: each template of the tag `sql`, and each script that is written out. Throws when what stands
 * behind a tag cannot be found, so that none is passed over.
 */
export function statementsOf({ path, text, scanned }: SourceFile): WrittenStatement[] {
  return [...scanned.code.matchAll(TAG)].map((match) => {
    const start = match.index + match[0].length;
    const piece = scanned.strings.find((string) => string.start === start);
    if (!piece) throw new Error(`${path}:${lineOf(text, start)} has a statement that cannot be read`);
    return { path, line: piece.line, text: piece.text };
  });
}
