import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RetailSource } from '../intake/retail.ts';
import { cannotBeRead } from './input.ts';

/** A file of the UCI form, gunzipped when its first two bytes say so (RFC 1952). */
export async function retailFile(path: string): Promise<RetailSource> {
  const head = Buffer.alloc(2);
  const file = await open(path).catch(cannotBeRead(path));
  await file
    .read(head, 0, 2, 0)
    .catch(cannotBeRead(path))
    .finally(() => file.close());
  const gzipped = head[0] === 0x1f && head[1] === 0x8b;
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
