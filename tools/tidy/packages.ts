import { MAY_USE } from './import-table.ts';
import type { Finding, SourceFile } from './source.ts';

/** The folders that run where the product runs; the others run where it is made. */
const RUN_TIME_FOLDERS = ['domain', 'credential', 'gate', 'api', 'server', 'cli'];
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;
/** Where a lock file or a configuration was made is nobody's business, and it would not exist elsewhere. */
const ORIGIN =
  /"resolved"\s*:|\bregistry\b(?!-)|\blocalhost\b|\b127\.0\.0\.1\b|"(?:file|link|git\+\w+|https?):[^"]*"\s*:\s*\{/;
const MACHINE_PATH = /(?<![\w.:/)-])\/(?:work|root|home|Users)\//;

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Versions that are not exact, a lock file that says where it was made, paths that exist on one machine only. */
export function checkPackages(files: readonly SourceFile[]): Finding[] {
  return [
    ...files.filter(({ path }) => /(?:^|\/)package\.json$/.test(path)).flatMap(looseVersions),
    ...files.filter(({ path }) => /package-lock\.json$|\.npmrc$/.test(path)).flatMap(origins),
    ...files.flatMap((file) => linesWith(file, MACHINE_PATH, 'names a path of one machine')),
  ];
}

/** The run-time packages, listed or merely allowed, that no decision record mentions. */
export function checkDecisions(
  manifest: SourceFile,
  decisions: readonly SourceFile[],
  mayUse = MAY_USE,
): Finding[] {
  return runTimePackages(manifest, mayUse)
    .filter((name) => !decisions.some(({ text }) => text.includes(name)))
    .map((name) => ({ path: 'docs/decisions', message: `no decision mentions the dependency ${name}` }));
}

/** Packages that a run-time folder may import though the product is installed without them. */
export function checkInstalled(manifest: SourceFile, mayUse = MAY_USE): Finding[] {
  const installed = Object.keys(parse(manifest).dependencies ?? {});
  return runTimePackages(manifest, mayUse)
    .filter((name) => !installed.includes(name))
    .map((name) => ({
      path: manifest.path,
      message: `${name} is no run-time dependency and may be imported`,
    }));
}

function runTimePackages(manifest: SourceFile, mayUse: typeof MAY_USE): string[] {
  const allowed = RUN_TIME_FOLDERS.flatMap((folder) => mayUse[folder] ?? []);
  const names = [...Object.keys(parse(manifest).dependencies ?? {}), ...allowed];
  return [...new Set(names)].filter((name) => name !== 'node:').sort();
}

function looseVersions(manifest: SourceFile): Finding[] {
  const { dependencies, devDependencies } = parse(manifest);
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => ({
      path: manifest.path,
      message: `${name} has no exact version (${version})`,
    }));
}

function origins(file: SourceFile): Finding[] {
  // `omit-lockfile-registry-resolved` is the setting that keeps the origins out.
  return linesWith(file, ORIGIN, 'says where packages came from').filter(
    ({ line }) => !file.text.split('\n')[line! - 1]!.startsWith('omit-lockfile-registry-resolved'),
  );
}

function linesWith({ path, text }: SourceFile, pattern: RegExp, message: string): Finding[] {
  return text
    .split('\n')
    .flatMap((content, index) => (pattern.test(content) ? [{ path, line: index + 1, message }] : []));
}

/** A package.json is ours and checked by npm, hence no check of its shape here. */
function parse({ text }: SourceFile): Manifest {
  return JSON.parse(text) as Manifest;
}
