import { isScript, lineOf, type SourceFile } from './source.ts';

/** One import of any kind: static, dynamic, of types, `export … from`, `require`, the script of a worker. */
export interface Import {
  readonly line: number;
  /** What is imported; undefined when it is worked out while running, so that nobody can tell. */
  readonly specifier: string | undefined;
}

const STATEMENT = /(?<![\w$.])(?:from|import)\s*(?=['"])/g;
const CALL = /(?<![\w$.])(?:import(?:\.meta\.resolve)?|require(?:\.resolve)?)\s*\(\s*/g;
const ADDRESS = /(?<![\w$.])new\s+URL\s*\(\s*/g;
/** A `require` under another name could not be followed. */
const OTHER_REQUIRE = /(?<!\brequire\s*=\s*)\bcreateRequire\s*\(|\bmodule\.require\b/g;

/** Every import of a script, in its order. */
export function importsOf(file: SourceFile): Import[] {
  const { text, scanned } = file;
  const found = [
    ...matches(file, STATEMENT),
    ...matches(file, CALL),
    ...matches(file, ADDRESS).filter(({ specifier }) => specifier !== undefined && isScript(specifier)),
    ...[...scanned.code.matchAll(OTHER_REQUIRE)].map(({ index }) => ({
      offset: index,
      specifier: undefined,
    })),
  ];
  return found
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, specifier }) => ({ line: lineOf(text, offset), specifier }));
}

interface Found {
  readonly offset: number;
  readonly specifier: string | undefined;
}

function matches(file: SourceFile, pattern: RegExp): Found[] {
  return [...file.scanned.code.matchAll(pattern)].map((match) => {
    const offset = match.index + match[0].length;
    return { offset, specifier: literalAt(file, offset, pattern !== STATEMENT) };
  });
}

/** A template that begins with the whole name of a package; the hole that follows cannot change it. */
const INSIDE_PACKAGE = /^(?:@[\w-][\w.-]*\/)?[\w-][\w.-]*\/[^{]*\{\}/;

/** The string that stands at an offset; none when it has holes, or when as an argument it is only a part of an expression. */
function literalAt({ scanned: { code, strings } }: SourceFile, offset: number, isArgument: boolean) {
  const piece = strings.find(({ start }) => start === offset);
  if (piece && code[offset] === '`' && INSIDE_PACKAGE.test(piece.text)) return piece.text;
  const end = code.indexOf(code[offset]!, offset + 1);
  const isWhole = code.slice(offset + 1, end).trim() === '';
  const isAlone = !isArgument || /^\s*[),]/.test(code.slice(end + 1));
  return isWhole && isAlone ? piece?.text : undefined;
}
