import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { allCommands } from '../cli/main.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..');
const COMMANDS = await allCommands();
const PROGRAM = '/usr/bin/healthcode';

interface Unit {
  readonly name: string;
  readonly text: string;
}

/** The units of a document, each named in its first line or, where there is one only, by the document. */
function unitsIn(document: string): Unit[] {
  const text = readFileSync(join(ROOT, 'docs', document), 'utf8');
  return [...text.matchAll(/```ini\n([\s\S]*?)```/g)].map(([, unit]) => ({
    name: /^# \/etc\/systemd\/system\/([\w@-]+\.service)/.exec(unit!)?.[1] ?? 'healthcode.service',
    text: unit!,
  }));
}

describe('the units for systemd', () => {
  const units = ['operations.md', 'scaling.md'].flatMap(unitsIn);

  test('are those of one machine, of a signer apart, and of processes beside each other', () => {
    assert.deepEqual(units.map(({ name }) => name).sort(), [
      'healthcode-signer.service',
      'healthcode.service',
      'healthcode@.service',
    ]);
  });

  for (const { name, text } of units) {
    test(`${name} starts a command with options that it has`, () => {
      const [, started] = new RegExp(`^ExecStart=${PROGRAM} (.*)$`, 'm').exec(text)!;
      const [command] = started!.split(' ');
      const { help } = COMMANDS.find((one) => one.name === command)!;
      const options = [...started!.matchAll(/--[a-z-]+/g)].map(String);
      assert.ok(options.length > 1);
      for (const option of options) assert.match(help, new RegExp(`${option}\\b`));
    });

    test(`${name} may write to whatever folder of ours its command names`, () => {
      const written = /^ReadWritePaths=(.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
      const named = [...text.matchAll(/(?:HEALTHCODE_DATA=|--archive |signer --keys )(\S+)/g)];
      assert.deepEqual(
        named.map(([, folder]) => folder).filter((folder) => !written.includes(folder!)),
        [],
      );
    });

    test(`${name} is read by systemd without a word`, whereSystemdIs(), () => {
      const file = join(temporaryFolder(), name.replace('@.', '@8081.'));
      // The program is not installed where this runs.
      writeFileSync(file, text.replaceAll(PROGRAM, process.execPath));
      const read = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      const said = `${read.stdout}${read.stderr}`;
      assert.ok(!said.includes(name.split(/[.@]/)[0]!), said);
      assert.equal(read.status, 0, said);
    });
  }
});

function whereSystemdIs(): { readonly skip?: string } {
  return spawnSync('systemd-analyze', ['--version']).error
    ? { skip: 'there is no systemd-analyze on the PATH' }
    : {};
}
