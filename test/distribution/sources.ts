import { lineOf, type SourceFile } from '../../tools/tidy/source.ts';

/** A statement as it stands in a source: `{}` stands for each value. */
export interface WrittenStatement {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Where the tag and the script are made, and those that are given texts which stand in files or lists of their own. */
const MADE_IN = 'server/platform/db/sql.ts';
const GIVEN_TO = ['server/platform/db/migrate.ts', 'server/platform/db/roles.ts'];
const GIVEN = /script\(\w+\)/y;
/** What speaks to PostgreSQL past the tag: transactions and copies, and what only a server of one's own is told. */
const SPEAKS_ITSELF = ['database.ts', 'copy.ts', 'embedded/presence.ts', 'backup/take-backup.ts'].map(
  (name) => `server/platform/db/${name}`,
);

const IMPORT = /^import\b[^;]*;/gm;
const NAMED = /(?<![\w$])(?:sql|script)(?![\w$])/g;
const TAG = /(?<!\.)(?:sql\s*(?=`)|script\(\s*(?=[`'"]))/y;
const ASKED = /\.query\s*[(<`]/g;

/**
 * Every statement of a source: each template of the tag `sql`, and each script that is written out. Throws at whatever else is
 * done with either, and where PostgreSQL is spoken to past them, so that none is passed over.
 */
export function statementsOf({ path, text, scanned }: SourceFile): WrittenStatement[] {
  if (path === MADE_IN) return [];
  const refuse = (at: number): never => {
    throw new Error(`${path}:${lineOf(text, at)} has a statement that cannot be read`);
  };
  const code = scanned.code.replace(IMPORT, (found) =>
    / as /.test(found) && /\b(?:sql|script) as\b/.test(found) ? found : found.replace(/[^\n]/g, ' '),
  );
  for (const { index } of code.matchAll(ASKED)) if (!SPEAKS_ITSELF.includes(path)) refuse(index);
  return [...code.matchAll(NAMED)].flatMap(({ index }) => {
    if (GIVEN_TO.includes(path) && matchAt(GIVEN, code, index) !== '') return [];
    const tag = matchAt(TAG, code, index);
    const piece = scanned.strings.find(({ start }) => start === index + tag.length);
    if (tag === '' || !piece || (tag.startsWith('script') && !endsThere(code, piece.start)))
      return refuse(index);
    return [{ path, line: piece.line, text: piece.text }];
  });
}

function matchAt(pattern: RegExp, code: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0] ?? '';
}

/** Whether a text that begins there is the whole argument. */
function endsThere(code: string, start: number): boolean {
  const quote = code[start]!;
  let depth = 0;
  for (let at = start + 1; at < code.length; at++) {
    if (code.startsWith('${', at)) depth++;
    else if (code[at] === '}') depth--;
    else if (code[at] === quote && depth === 0) return /^\s*,?\s*\)/.test(code.slice(at + 1));
  }
  return false;
}
