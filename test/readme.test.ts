import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { allCommands } from '../cli/main.ts';
import { runProgram } from './program.ts';

const COMMANDS = await allCommands();

const ROOT = join(import.meta.dirname, '..');

for (const name of ['README.md', 'README.zh-CN.md']) {
  const text = readFileSync(join(ROOT, name), 'utf8');
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!);
  /** Each `npx healthcode …` of a block of commands, with the remark behind it. */
  const examples = blocks('sh').flatMap((block) =>
    [...block.matchAll(/^npx healthcode ([^#\n]*?)\s*(?:#\s*(.*))?$/gm)].map(
      ([, args = '', remark = '']) => ({
        args: args.split(' '),
        remark,
      }),
    ),
  );

  describe(name, () => {
    test('shows a line of the evidence, and what really comes of it', () => {
      const [record, assessment] = blocks('json').map((block) => JSON.parse(block) as unknown);
      const [example] = examples.filter(({ args }) => args[0] === 'assess');
      const evidence = readFileSync(join(ROOT, 'docs/example.ndjson'), 'utf8').split('\n');
      assert.equal(JSON.stringify(record), evidence[0]);
      const { status, stdout } = runProgram(example!.args, '');
      assert.equal(status, 0);
      assert.equal(JSON.stringify(assessment), stdout.split('\n')[0]);
    });

    test('says of each door what the program says', () => {
      const doors = examples.filter(({ args }) => args[0] === 'admit');
      assert.ok(doors.length > 0);
      for (const { args, remark } of doors) {
        const { outcome, clause } = JSON.parse(runProgram(args).stdout);
        assert.ok(remark.startsWith(outcome) && remark.endsWith(clause), `${remark}: ${outcome}, ${clause}`);
      }
    });

    test('lists every command and only options that exist', () => {
      const rows = [...text.matchAll(/^\| `([a-z]+(?: [a-z][a-z-]*)?)(.*)$/gm)];
      assert.deepEqual(rows.map(([, command]) => command).sort(), COMMANDS.map(({ name }) => name).sort());
      for (const [, command, rest] of rows)
        for (const [option] of rest!.matchAll(/--[a-z-]+/g))
          assert.ok(
            COMMANDS.find(({ name }) => name === command)?.help.includes(option),
            `${command} ${option}`,
          );
    });
  });
}
