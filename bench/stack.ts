import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from '../src/dev/prepare.ts';
import { destroy, up, type Part } from '../src/dev/stack.ts';

/** A stack of its own for one benchmark, gone afterwards. */
export async function withStack<T>(
  story: (env: Record<string, string>, parts: readonly Part[]) => Promise<T>,
): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const { env, parts } = await up({ stateDir, ports: 'free', worker: false, prepare, onProgress: () => undefined });
    return await story(env, parts);
  } finally {
    await destroy(stateDir);
    rmSync(stateDir, { recursive: true, force: true });
  }
}
