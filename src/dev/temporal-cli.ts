import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { builtOnce } from './cached.ts';
import type { Site } from './part.ts';
import { messageOf, StackError } from './stack-error.ts';
import { onPath, run } from './tool.ts';

/** Server 1.29.1, UI 2.42.1. Later tags cannot be installed from the Go module. */
const VERSION = '1.5.1';
const ANSWER_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 300_000;

/** The `temporal` program: one that is there, else the one kept from before, else downloaded, else built. */
export async function temporalCli(site: Site): Promise<{ path: string; origin: string }> {
  const named = site.env['EVENKEEL_TEMPORAL_CLI'];
  if (named) {
    if (!existsSync(named))
      throw new StackError(`EVENKEEL_TEMPORAL_CLI names ${named}, which does not exist; correct or unset it.`);
    return { path: named, origin: 'EVENKEEL_TEMPORAL_CLI' };
  }
  const installed = onPath('temporal', site.env);
  if (installed) return { path: installed, origin: 'temporal on the PATH' };

  const folder = await builtOnce(
    join(site.cacheDir, `temporal-${VERSION}`),
    join('bin', 'temporal'),
    async (partial) => {
      await mkdir(join(partial, 'bin'), { recursive: true });
      const origin = (await download(partial, site)) ?? (await build(partial, site));
      await writeFile(join(partial, 'origin'), origin);
    },
    site.onProgress,
  );
  const origin = join(folder, 'origin');
  return {
    path: join(folder, 'bin', 'temporal'),
    origin: existsSync(origin) ? readFileSync(origin, 'utf8') : 'built from its Go module',
  };
}

async function download(partial: string, site: Site): Promise<string | undefined> {
  const platform = process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const url = `https://temporal.download/cli/archive/v${VERSION}?platform=${platform}&arch=${arch}`;
  const archive = join(partial, 'temporal.tar.gz');
  const gaveUp = new AbortController();
  const answer = setTimeout(() => gaveUp.abort(new Error('no answer within 5 s')), ANSWER_WITHIN_MS);
  try {
    site.onProgress(`temporal: downloading ${VERSION} from temporal.download`);
    const response = await fetch(url, {
      signal: AbortSignal.any([gaveUp.signal, AbortSignal.timeout(DOWNLOAD_WITHIN_MS)]),
    });
    clearTimeout(answer);
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    await run('tar', ['-xzf', archive, '-C', join(partial, 'bin'), 'temporal'], { env: site.env });
    await chmod(join(partial, 'bin', 'temporal'), 0o755);
    await run(join(partial, 'bin', 'temporal'), ['--version'], { env: site.env });
    return 'downloaded from temporal.download';
  } catch (error) {
    const why = messageOf(error instanceof Error && error.cause ? error.cause : error).slice(0, 80);
    site.onProgress(`temporal: cannot be downloaded (${why})`);
    await rm(join(partial, 'bin', 'temporal'), { force: true });
    return undefined;
  } finally {
    clearTimeout(answer);
    await rm(archive, { force: true });
  }
}

async function build(partial: string, site: Site): Promise<string> {
  const go = onPath('go', site.env);
  if (!go) {
    throw new StackError(
      'Temporal was neither found nor could it be downloaded: install the `temporal` CLI, or Go to build it, or set TEMPORAL_ADDRESS.',
    );
  }
  site.onProgress('temporal: building it from its Go module, once (about 2.5 minutes on two cores)');
  await run(go, ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
    env: { ...site.env, GOBIN: join(partial, 'bin') },
    onTick: (seconds) => site.onProgress(`temporal: building, once on this machine, 2–4 minutes: ${seconds} s`),
  });
  return 'built from its Go module';
}
