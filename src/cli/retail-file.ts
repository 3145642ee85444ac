import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RetailSource } from '../intake/retail.ts';
import { cannotBeRead } from './input.ts';

/** A file of the UCI form, plain or gzipped. */
export async function retailFile(path: string): Promise<RetailSource> {
  const gzipped = await isGzipped(path).catch(cannotBeRead(path));
  return {
    name: basename(path),
    async *chunks() {
      const raw = createReadStream(path);
      try {
        // An error of either is thrown to whoever reads.
        yield* gzipped ? pipeline(raw, createGunzip(), () => undefined) : raw;
      } catch (cause) {
        cannotBeRead(path)(cause as NodeJS.ErrnoException);
      }
    },
  };
}

/** By its first two bytes (RFC 1952). */
async function isGzipped(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
