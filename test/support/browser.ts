import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { lastLine, onPath, run } from '../../src/dev/tool.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const say = (line: string): void => void process.stdout.write(`    ${line}\n`);

/** A browser for a suite, in its `before`. Without one the suite is skipped, in plain words; in CI it fails. */
export async function browserOrSkip(suite: Mocha.Context): Promise<Browser> {
  const path = await chromiumPath().catch((error: unknown) => {
    if (!(error instanceof NoBrowser) || inCi()) throw error;
    say(`skipped: ${error.message}`);
    return suite.skip();
  });
  return launch(path);
}

/** Where pictures go: into the docs with `EVENKEEL_SAVE_PICTURES=1`, else into a folder that `drop` deletes. */
export function pictures(): { readonly folder: string; readonly drop: () => void } {
  if (process.env['EVENKEEL_SAVE_PICTURES'] === '1') return { folder: join('docs', 'pictures'), drop: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-pictures-'));
  return { folder, drop: () => rmSync(folder, { recursive: true, force: true }) };
}

/** No browser, in one sentence that a person can act on. */
class NoBrowser extends Error {
  override readonly name = 'NoBrowser';
}

/** Whether a missing browser is a failure: in CI it is, elsewhere its tests are skipped. */
export const inCi = (env: NodeJS.ProcessEnv = process.env): boolean => !['', 'false', undefined].includes(env['CI']);

/**
 * A Chromium: named by `CHROMIUM_PATH`, on the PATH, or, in CI and with `EVENKEEL_INSTALL_CHROMIUM=1`, installed from
 * Debian's packages by root. Throws `NoBrowser`.
 */
async function chromiumPath(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const named = env['CHROMIUM_PATH'];
  if (named) {
    if (!existsSync(named)) throw new NoBrowser(`CHROMIUM_PATH names ${named}, which does not exist.`);
    return named;
  }
  const found = (): string | undefined => NAMES.map((name) => onPath(name, env)).find((path) => path !== undefined);
  const there = found();
  if (there !== undefined) return there;
  if (!inCi(env) && env['EVENKEEL_INSTALL_CHROMIUM'] !== '1')
    throw new NoBrowser(
      'no Chromium: install one, or set CHROMIUM_PATH to one, or have it installed (Debian, as root) with EVENKEEL_INSTALL_CHROMIUM=1',
    );
  await install(env);
  const installed = found();
  if (installed === undefined) throw new NoBrowser("Debian's chromium was installed and is still not on the PATH.");
  return installed;
}

async function install(env: NodeJS.ProcessEnv): Promise<void> {
  const apt = onPath('apt-get', env);
  if (apt === undefined || process.getuid?.() !== 0)
    throw new NoBrowser('Chromium can be installed only by root and with apt-get; install one and set CHROMIUM_PATH.');
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    onTick: (seconds: number) => {
      if (seconds % 15 < 5) say(`installing Chromium for ${seconds} s`);
    },
  };
  say("installing Debian's chromium, once");
  try {
    await run(apt, ['update', '-qq'], options);
    await run(apt, ['install', '-y', '-qq', '-o', 'DPkg::Lock::Timeout=120', 'chromium'], options);
  } catch (error) {
    throw new NoBrowser(`Chromium cannot be installed: ${lastLine(error instanceof Error ? error.message : '')}`, {
      cause: error,
    });
  }
}

/** Starts it on a profile of its own that goes with it. Nothing is fetched but what pages ask for. */
const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox', // root, as in CI, has no other choice; it sees only pages of this machine
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
