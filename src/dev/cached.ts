import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { StackError } from './stack-error.ts';

/**
 * A folder that is built once and then only read. It is built beside its place and renamed, so that a killed build
 * leaves nothing that looks whole; `proof` is a file that only a whole one has.
 */
export async function builtOnce(
  folder: string,
  proof: string,
  build: (partial: string) => Promise<void>,
  onProgress: (line: string) => void,
): Promise<string> {
  if (existsSync(join(folder, proof))) return folder;
  return withLock(`${folder}.lock`, onProgress, async () => {
    if (existsSync(join(folder, proof))) return folder; // another process built it while this one waited
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await build(partial);
    if (!existsSync(join(partial, proof)))
      throw new StackError(`Building ${folder} left no ${proof}; delete ${partial} and try again.`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    return folder;
  });
}
