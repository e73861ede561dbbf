import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');
const THROWS = `import { Type } from 'typebox';
interface Gone { readonly a: string }

export const schema: { readonly type: string } = Type.String();

const made = (a: Gone): never => { throw new Error(a.a) };
export const say = (text: string): string => text === 'throw' ? made({ a: text }) : text;
`;

describe('an installation that reads TypeScript', () => {
  const folder = temporaryFolder();

  /** An installation with a program of a line. */
  function installation(name: string, program: string): string {
    const root = join(folder, name);
    mkdirSync(join(root, 'cli'), { recursive: true });
    cpSync(import.meta.dirname, join(root, 'cli/typescript'), { recursive: true });
    if (!root.includes('/node_modules/')) symlinkSync(MODULES, join(root, 'node_modules'));
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'said.ts'), THROWS);
    writeFileSync(join(root, 'program.ts'), `import { say, schema } from './said.ts';\n${program}`);
    return root;
  }
  const start = (root: string, ...before: string[]) => {
    const register = pathToFileURL(join(root, 'cli/typescript/register.js')).href;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...before, '--import', register, join(root, 'program.ts')],
      {
        encoding: 'utf8',
      },
    );
    return { stdout, stderr };
  };
  const keptIn = (root: string) =>
    existsSync(join(root, 'dist/typescript')) ? readdirSync(join(root, 'dist/typescript')) : [];

  test('keeps what it made of it, and reads it anew when it is written anew', () => {
    const root = installation('usual', 'const a: string = say(schema.type); console.log(a)');
    assert.deepEqual(start(root), { stdout: 'string\n', stderr: '' });
    assert.deepEqual(start(root), { stdout: 'string\n', stderr: '' });
    writeFileSync(join(root, 'program.ts'), 'const b: number = 2; console.log(b)');
    assert.deepEqual(start(root), { stdout: '2\n', stderr: '' });
    const file = join(root, 'dist/typescript/program.ts.js');
    if (!existsSync(file)) return;
    // What another wrote there, or a disk lost, is no reason to run something else.
    for (const kept of ['console.log(3)', readFileSync(file, 'utf8').slice(0, -3), '']) {
      writeFileSync(file, kept);
      assert.equal(start(root).stdout, '2\n');
    }
  });

  test('makes it anew when it is made in another way, by other options or another esbuild', () => {
    const root = installation('otherwise', "const a = undefined; console.log(a ?? 'b')");
    const made = () => readFileSync(join(root, 'dist/typescript/program.ts.js'), 'utf8');
    start(root);
    if (keptIn(root).length === 0) return;
    assert.match(made(), /\?\?/);
    const transform = join(root, 'cli/typescript/transform.js');
    writeFileSync(transform, readFileSync(transform, 'utf8').replace('node20', 'es2019'));
    assert.deepEqual(start(root), { stdout: 'b\n', stderr: '' });
    assert.doesNotMatch(made(), /\?\?/);
  });

  test('tells where an error came about by the lines that were written, at the first start and the second', () => {
    const root = installation('throws', "console.log(say('throw'))");
    for (let starts = 0; starts < 2; starts++) {
      const { stderr } = start(root);
      assert.match(stderr, /said\.ts:6:/);
      assert.match(stderr, /program\.ts:2:/);
    }
  });

  test('starts where nothing can be written', () => {
    const root = installation('read-only', 'console.log(say(schema.type))');
    writeFileSync(join(root, 'dist'), 'no folder');
    assert.deepEqual(start(root), { stdout: 'string\n', stderr: '' });
  });

  test('reads it below node_modules too, where Node itself does not', () => {
    const root = join(folder, 'other/node_modules/healthcode');
    mkdirSync(dirname(root), { recursive: true });
    for (const name of ['typebox', 'esbuild', '@esbuild'])
      symlinkSync(join(MODULES, name), join(dirname(root), name));
    installation('other/node_modules/healthcode', 'console.log(say(schema.type))');
    assert.deepEqual(start(root), { stdout: 'string\n', stderr: '' });
    assert.deepEqual(keptIn(root).sort(), ['packages', 'program.ts.js', 'said.ts.js']);
  });

  test('has one typebox, whichever part of it is asked for, and loads few modules of it', () => {
    const root = installation(
      'packed',
      `import { Value } from 'typebox/value';
       import { Settings } from 'typebox/system';
       import * as whole from 'typebox';
       console.log(Value.Check(whole.Type.String(), 'a'), typeof Settings.Get, schema.type);`,
    );
    for (let starts = 0; starts < 2; starts++)
      assert.deepEqual(start(root), { stdout: 'true function string\n', stderr: '' });
    for (const name of keptIn(join(root)).filter((name) => name === 'packages'))
      assert.match(
        readdirSync(join(root, 'dist/typescript', name)).join(),
        /^typebox-\d+\.\d+\.\d+-[0-9a-f]+$/,
      );
  });

  test('has one typebox, though what is made of it is there only later', () => {
    const root = installation(
      'later',
      `import { rmSync } from 'node:fs';
       import { execFile, spawnSync } from 'node:child_process';
       import { join } from 'node:path';
       import { Type } from 'typebox';
       rmSync(join(import.meta.dirname, 'dist'));
       spawnSync(process.execPath, [...process.execArgv, join(import.meta.dirname, 'said.ts')]);
       const other = await import('./other.ts');
       console.log(other.Type === Type, schema.type);`,
    );
    writeFileSync(join(root, 'other.ts'), "export { Type } from 'typebox';");
    writeFileSync(join(root, 'dist'), 'no folder');
    assert.deepEqual(start(root), { stdout: 'true string\n', stderr: '' });
  });

  test('lies where its path has blanks and signs', () => {
    const root = installation('a b%20c#d?é', "console.log(say('throw'))");
    for (let starts = 0; starts < 2; starts++) {
      const { stderr } = start(root);
      assert.match(stderr, /said\.ts:6:/);
      assert.match(stderr, /program\.ts:2:/);
    }
  });

  test('starts as several processes at once that all make it', async () => {
    const root = installation('together', 'console.log(say(schema.type))');
    const run = promisify(execFile);
    const register = pathToFileURL(join(root, 'cli/typescript/register.js')).href;
    const args = ['--import', register, join(root, 'program.ts')];
    const said = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, args)));
    for (const { stdout, stderr } of said) assert.deepEqual([stdout, stderr], ['string\n', '']);
    assert.deepEqual(
      keptIn(root).filter((name) => !/^packages$|\.ts\.js$/.test(name)),
      [],
      'nothing half done is left',
    );
  });
});
