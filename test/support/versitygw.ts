import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtOnce } from '../../src/dev/cached.ts';
import { cacheFolder } from '../../src/dev/folders.ts';
import { takePort } from '../../src/dev/ports.ts';
import { onPath, run } from '../../src/dev/tool.ts';
import { inCi } from './browser.ts';
import { until } from './conditions.ts';
import { makeBuckets } from './stack.ts';

const VERSION = '1.8.0';

/** Another S3 server, with a versioned bucket and one for seals: versitygw on a folder. Stopped, its folder is gone. */
export interface Gateway {
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts one, built once from its Go module. Undefined, and said why, where there is no Go; in CI that is a failure. */
export async function versitygw(say: (line: string) => void): Promise<Gateway | undefined> {
  const go = onPath('go', process.env);
  if (go === undefined) {
    const why = 'versitygw is built from its Go module, and there is no Go here';
    if (inCi()) throw new Error(why);
    say(why);
    return undefined;
  }
  const folder = await builtOnce(
    join(cacheFolder(process.env), `versitygw-${VERSION}`),
    'versitygw',
    async (partial) => {
      say('building versitygw from its Go module, once (two minutes on two cores)');
      const env = { ...process.env, GOBIN: partial };
      await run(go, ['install', `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`], { env });
    },
    say,
  );
  const home = mkdtempSync(join(tmpdir(), 'evenkeel-versitygw-'));
  const [data, versions] = ['data', 'versions'].map((name) => join(home, name)) as [string, string];
  for (const each of [data, versions]) mkdirSync(each);
  const port = await takePort(undefined, new Set(), 0);
  const args = ['--port', `127.0.0.1:${port}`, 'posix', '--versioning-dir', versions, data];
  const child = spawn(join(folder, 'versitygw'), args, {
    env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: 'test', ROOT_SECRET_KEY: 'testtest' },
    stdio: 'ignore',
  });
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'testtest',
    EVENKEEL_S3_BUCKET: 'evenkeel',
    EVENKEEL_AUDIT_BUCKET: 'evenkeel-audit',
  };
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await until('versitygw answers', () => makeBuckets(env).then(() => true));
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.kill();
  await gone;
}
