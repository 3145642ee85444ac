import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asideHome } from './postgres-home.ts';

/** What a stack puts into its folder; whatever else lies there is somebody else's. */
const OURS =
  /^(stack\.json|secrets\.json|logs|aws|temporal\.db|postgres|payments\.jsonl|carrier\.jsonl|rail\.jsonl|up\.lock\.)/;

/** Deletes what a stopped stack has left; the folders themselves only when nothing else is in them. */
export async function deleteState(stateDir: string): Promise<void> {
  for (const folder of [stateDir, asideHome(stateDir)]) {
    const found = await lstat(folder).catch(() => undefined);
    if (!found?.isDirectory() || found.uid !== process.getuid?.()) continue;
    const names = await readdir(folder);
    const ours = names.filter((name) => OURS.test(name));
    for (const name of ours) await rm(join(folder, name), { recursive: true, force: true });
    if (ours.length === names.length) await rmdir(folder);
  }
}
