import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const LINTER = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
const LONG = `export function f(): number {\n${'  f();\n'.repeat(51)}  return 1;\n}\n`;

/** Made-up sources, each in a file of its own, and the rule that refuses it; none where it is fine. */
const SOURCES: Readonly<Record<string, readonly [rule: string | undefined, source: string]>> = {
  'long-function.ts': ['complexity/noExcessiveLinesPerFunction', LONG],
  'long-arrow.ts': [
    'complexity/noExcessiveLinesPerFunction',
    LONG.replace('function f(): number', 'const f = () =>'),
  ],
  'long.test.ts': [undefined, LONG],
  'any.ts': ['suspicious/noExplicitAny', 'export const a: any = 1;\n'],
  'default.ts': ['style/noDefaultExport', 'export default 1;\n'],
  'made-up.config.ts': [undefined, 'export default {};\n'],
  'ignored.ts': ['suspicious/noTsIgnore', '// @ts-ignore\nexport const a: string = 1;\n'],
  'protocol.ts': ['style/useNodejsImportProtocol', `import 'fs';\n`],
  'circle-a.ts': [
    'suspicious/noImportCycles',
    `import { b } from './circle-b.ts';\nexport const a = () => b();\n`,
  ],
  'circle-b.ts': [
    'suspicious/noImportCycles',
    `import { a } from './circle-a.ts';\nexport const b = () => a();\n`,
  ],
  'plain.ts': [undefined, 'export const a = 1;\n'],
};

describe('the linter, as the project has set it', () => {
  const folder = temporaryFolder();
  let said: readonly string[] = [];
  before(() => {
    for (const [name, [, source]] of Object.entries(SOURCES)) writeFileSync(join(folder, name), source);
    copyFileSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    const options = ['lint', '--reporter=github', '.'];
    const { stdout } = spawnSync(process.execPath, [LINTER, ...options], { cwd: folder, encoding: 'utf8' });
    said = stdout.split('\n').filter((line) => line.startsWith('::error'));
  });

  for (const [name, [rule]] of Object.entries(SOURCES)) {
    test(rule ? `refuses ${name} by ${rule}` : `accepts ${name}`, () => {
      const lines = said.filter((line) => line.includes(`${name},`));
      assert.equal(lines.length > 0, rule !== undefined, lines.join('\n'));
      if (rule) assert.ok(lines[0]!.includes(`title=lint/${rule},`), lines.join('\n'));
    });
  }
});
