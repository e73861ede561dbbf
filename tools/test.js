// `npm test [-- words]`: every *.test.ts whose path contains one of the words (all without words), on Node's test runner.
// Files that use a database share one PostgreSQL (test/database-server.ts), which is gone when the run has ended.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long a file may take, and each of its tests: far longer than any does on a slow machine. */
const LONGEST_MS = Number(process.env.HEALTHCODE_TEST_LONGEST_MS ?? 1_800_000);
/** What makes Node read TypeScript. */
const TYPESCRIPT = ['--import', './cli/typescript/register.js'];

const words = process.argv.slice(2);

const files = readdirSync('.', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
  .flatMap(({ name }) => readdirSync(name, { recursive: true }).map((path) => `${name}/${path}`))
  .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules'))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();

if (files.length === 0) {
  console.error(`no test file matches: ${words.join(' ')}`);
  process.exit(1);
}

const server = files.some((file) => uses(join('test', 'database.ts'), file))
  ? await startDatabase()
  : undefined;
if (files.some((file) => uses(join('test', 'browser', 'browser.ts'), file))) buildPages();
// A file more than there are cores: many wait for a database, a process or a page for much of their time.
const atOnce = `--test-concurrency=${availableParallelism() + 1}`;
// Whoever keeps only the end of what a run said still sees what failed: this reporter says it last.
const options = [...TYPESCRIPT, '--test', '--test-reporter=spec', atOnce, `--test-timeout=${LONGEST_MS}`];
const tests = spawn(process.execPath, [...options, ...files], {
  stdio: 'inherit',
  env: { ...process.env, ...(server && { HEALTHCODE_TEST_SERVER: server.reach }) },
});
// Ctrl-C reaches the tests by itself; what they leave is cleared away below.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => tests.kill());
const [status] = await once(tests, 'exit');
await server?.stop();
process.exit(status ?? 1);

/** Whether a file imports another, itself or through others. */
function uses(other, file, seen = new Set()) {
  if (file === other) return true;
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/(?:from|import) '(\.[^']*)'/g);
  return [...imports].some(([, path]) => uses(other, join(dirname(file), path), seen));
}

/** It runs in a session of its own, out of reach of Ctrl-C, and ends when its input does: also when this process is killed. */
async function startDatabase() {
  const server = spawn(process.execPath, [...TYPESCRIPT, 'test/database-server.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = once(server, 'exit');
  for await (const reach of createInterface({ input: server.stdout })) {
    const stop = async () => {
      server.stdin.end();
      await ended;
    };
    return { reach, stop };
  }
  console.error('the database for the tests does not start');
  process.exit(1);
}

/** So that a browser sees the pages as they are written now. */
function buildPages() {
  const options = { stdio: 'inherit' };
  const { status } = spawnSync(process.execPath, [join('tools', 'prepare.js')], options);
  if (status !== 0) process.exit(1);
}
