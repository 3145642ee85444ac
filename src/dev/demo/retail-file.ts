import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { readRetail, type RetailFile } from '../../domain/retail/read.ts';

/** Reads a CSV of the UCI shape, gzipped when its name says so. Errors of the file system come as they are. */
export async function readRetailFile(path: string): Promise<RetailFile> {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return readRetail(file);
  const clear = createGunzip();
  file.once('error', (error) => clear.destroy(error));
  return readRetail(file.pipe(clear));
}
