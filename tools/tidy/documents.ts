import { dirname, join, normalize } from 'node:path/posix';
import { type Finding, isTest, lineOf, type SourceFile } from './source.ts';

const LINK = /\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\s*\[[^\]]+\]:\s*(\S+)/gm;
const QUOTED = /^(?: {0,3})(```+|~~~+)[\s\S]*?^(?: {0,3})\1|`[^`\n]*`/gm;
const CLAUSE = /(?<![\w-])[RMSDE]\d{1,2}[a-g]?(?![\w-])/g;

/** Relative links in documents that lead nowhere. `exists` answers for a path from the root, folders included. */
export function checkLinks(files: readonly SourceFile[], exists: (path: string) => boolean): Finding[] {
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) => {
      const prose = text.replace(QUOTED, (quoted) => quoted.replace(/[^\n]/g, ' '));
      return [...prose.matchAll(LINK)].flatMap((match) => {
        const target = match[1] ?? match[2]!;
        if (leadsSomewhere(path, target, exists)) return [];
        return [{ path, line: lineOf(prose, match.index), message: `links to nothing (${target})` }];
      });
    });
}

function leadsSomewhere(path: string, target: string, exists: (path: string) => boolean): boolean {
  if (/^[a-z][a-z+.-]*:/i.test(target) || target.startsWith('#')) return true;
  const file = decodeURIComponent(target.replace(/[#?].*$/, ''));
  const resolved = normalize(join(dirname(path), file)).replace(/\/$/, '');
  return !file.startsWith('/') && !resolved.startsWith('..') && exists(resolved);
}

/** Clauses that comments and rule packages cite and that the notice does not have. */
export function checkClauses(files: readonly SourceFile[], notice: SourceFile): Finding[] {
  const known = clausesOf(notice);
  return files
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, text, scanned }) => {
      const inRules = /^rules\/.*\.json$/.test(path) ? text.matchAll(/"clause"\s*:\s*"([^"]*)"/g) : [];
      const cited = [
        ...scanned.comments.flatMap(({ line, text: comment }) =>
          [...comment.matchAll(CLAUSE)].map(([clause]) => ({ line, clause })),
        ),
        ...[...inRules].map((match) => ({ line: lineOf(text, match.index), clause: match[1]! })),
      ];
      return cited
        .filter(({ clause }) => !known.has(clause))
        .map(({ line, clause }) => ({
          path,
          line,
          message: `cites ${clause}, which the notice does not have`,
        }));
    });
}

/** The clauses of docs/notice.md, and those that they divide: who knows R2a knows R2. */
export function clausesOf(notice: SourceFile): ReadonlySet<string> {
  const ids = [...notice.text.matchAll(CLAUSE)].map(([id]) => id);
  return new Set(ids.flatMap((id) => [id, id.replace(/[a-g]$/, '')]));
}
