import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destroy } from '../../src/dev/stack.ts';

/** A temporary folder of one stack: its state, and the programs as they are built for it. */
export function newFolder(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `evenkeel-${what}-`));
  chmodSync(folder, 0o711); // root's Postgres, run by another user, keeps its data below
  return folder;
}

export const stateIn = (folder: string): string => join(folder, 'state');

export async function removeFolder(folder: string): Promise<void> {
  await destroy(stateIn(folder));
  await rm(folder, { recursive: true, force: true });
}

/** Both, also when one fails: nothing runs on behind the answer. */
export async function both<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
