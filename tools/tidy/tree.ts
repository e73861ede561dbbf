import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SourceFile, sourceFile } from './source.ts';

const NOT_OURS = new Set(['node_modules', 'dist', '.git', '.data']);
const TEXT = /\.(?:[cm]?[jt]sx?|json|md|css|html|sql|sh|ya?ml|txt)$|^(?:\.npmrc|\.gitignore|\.ci\/run)$/;

/** Every text file of the project below a root, in the order of their paths. */
export function readTree(root: string): SourceFile[] {
  return pathsBelow(root, '')
    .filter((path) => TEXT.test(path))
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

function pathsBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_OURS.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return pathsBelow(root, path);
      return entry.isFile() ? [path] : [];
    });
}
