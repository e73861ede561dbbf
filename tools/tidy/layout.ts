import { type Finding, isScript, isTest, type SourceFile, topFolder } from './source.ts';

/** The subjects: the same names in `domain/`, `api/` and `server/`, for ever. */
const SUBJECTS = [
  ...['people', 'accounts', 'applications', 'evidence', 'places', 'codes', 'rules', 'designations'],
  ...['measures', 'contacts', 'testing'],
  ...['passes', 'doors', 'reports', 'provinces', 'families', 'lookups'],
  ...['appeals', 'concealment', 'messages', 'overview'],
  ...['clients', 'record', 'retention'],
];
const SUBJECT_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  domain: SUBJECTS,
  api: SUBJECTS,
  server: [...SUBJECTS, 'platform'],
};

/** Tables of data that may be longer than a source, each with its reason. */
const LONG_TABLES: Readonly<Record<string, string>> = {};

const LONGEST_FILE = 300;
const FULLEST_FOLDER = 15;
const DEEPEST_FOLDER = 3;
const DRAWERS = ['utils', 'util', 'shared', 'helpers', 'helper', 'common', 'lib', 'misc'];
const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/;
const MIGRATION_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
const FOLDER_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Files that are too long, folders that are too full or too deep, and names that say nothing. */
export function checkLayout(
  files: readonly SourceFile[],
  longTables: Readonly<Record<string, string>> = LONG_TABLES,
): Finding[] {
  const inFolders = files.filter(({ path }) => topFolder(path) !== '' && !path.startsWith('.'));
  return [
    ...inFolders.flatMap((file) => checkLength(file, longTables)),
    ...staleExceptions(inFolders, longTables),
    ...inFolders.flatMap(checkName),
    ...[...foldersOf(inFolders)].flatMap(([folder, sources]) => checkFolder(folder, sources)),
  ];
}

function checkLength({ path, text }: SourceFile, longTables: Readonly<Record<string, string>>): Finding[] {
  const lines = lineCount(text);
  if (!isScript(path) || lines <= LONGEST_FILE || path in longTables) return [];
  return [{ path, message: `has ${lines} lines; a file has at most ${LONGEST_FILE}` }];
}

function staleExceptions(
  files: readonly SourceFile[],
  longTables: Readonly<Record<string, string>>,
): Finding[] {
  const long = new Set(files.filter(({ text }) => lineCount(text) > LONGEST_FILE).map(({ path }) => path));
  return Object.keys(longTables)
    .filter((path) => !long.has(path))
    .map((path) => ({ path, message: 'is named as a long table and is none' }));
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function checkName({ path }: SourceFile): Finding[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isConventional = /^(?:README|LICENSE)(?:\.[\w-]+)*$/.test(name);
  if (FILE_NAME.test(name) || MIGRATION_NAME.test(name) || isConventional) return [];
  return [{ path, message: 'is not named in kebab-case' }];
}

/** Each folder that holds a file, itself or further down, with the number of sources that lie in it. */
function foldersOf(files: readonly SourceFile[]): ReadonlyMap<string, number> {
  const folders = new Map<string, number>();
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1);
    for (const depth of parts.keys()) {
      const folder = parts.slice(0, depth + 1).join('/');
      const counts = depth === parts.length - 1 && isScript(path) && !isTest(path);
      folders.set(folder, (folders.get(folder) ?? 0) + (counts ? 1 : 0));
    }
  }
  return folders;
}

function checkFolder(folder: string, sources: number): Finding[] {
  const parts = folder.split('/');
  const name = parts.at(-1)!;
  const subjects = parts.length === 2 ? SUBJECT_FOLDERS[parts[0]!] : undefined;
  const faults = [
    sources > FULLEST_FOLDER && `has ${sources} sources; a folder has at most ${FULLEST_FOLDER}`,
    parts.length - 1 > DEEPEST_FOLDER && `lies more than ${DEEPEST_FOLDER} folders below ${parts[0]}`,
    DRAWERS.includes(name) && 'is a drawer; each file has a true home',
    !FOLDER_NAME.test(name) && 'is not named in kebab-case',
    subjects && !subjects.includes(name) && `is not a subject (${subjects.join(' ')})`,
  ];
  return faults.flatMap((message) => (message ? [{ path: folder, message }] : []));
}
