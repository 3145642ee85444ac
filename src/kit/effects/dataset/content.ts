import type { Json } from '../../contract/outcome.ts';
import { Conflict, ContractViolation } from '../errors.ts';
import { putOnce, sha256Of } from '../s3.ts';
import type { VersionLog } from './log.ts';
import { contentPath, type VersionFile } from './version.ts';

/** One file of what is published. */
export interface ContentFile {
  readonly name: string;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Makes the files anew, byte for byte the same from the same source. A generator holds one of them in memory at a time. */
export type ContentOf<S> = (source: S) => AsyncIterable<ContentFile> | Promise<Iterable<ContentFile>>;

/** What a file must be, as it is recorded before anything is sent. A type and not an interface, so that it is JSON. */
export type Described = { name: string; contentType: string; bytes: number; sha256: string };

const FILES_LIMIT = 100;
const FILE_LIMIT_BYTES = 100 * 1024 * 1024;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What the files are, for the request: it holds no content. */
export async function describeAll<S>(content: ContentOf<S>, source: S): Promise<Described[]> {
  const files: Described[] = [];
  for await (const file of await content(source)) {
    const described = describe(file);
    const what = `content file ${files.length + 1}`;
    if (!FILE_NAME.test(file.name)) throw new ContractViolation(`${what}: its name is not of ${FILE_NAME.source}`);
    if (files.some(({ name }) => name === file.name)) throw new ContractViolation(`${what}: its name is there twice`);
    if (described.bytes > FILE_LIMIT_BYTES)
      throw new ContractViolation(`${what}: ${described.bytes} bytes, the limit is ${FILE_LIMIT_BYTES}`);
    files.push(described);
    if (files.length > FILES_LIMIT) throw new ContractViolation(`more than ${FILES_LIMIT} content files`);
  }
  if (files.length === 0) throw new ContractViolation('no content file');
  return files;
}

/**
 * Puts the files under the key of their publish. They are made again and must be what was recorded: content that comes
 * out otherwise is a `Conflict`, found at its first publish, and is not put.
 */
export async function putAll<S extends Json>(
  { s3, bucket, dataset }: VersionLog,
  key: string,
  expected: readonly Described[],
  content: ContentOf<S>,
  source: S,
): Promise<VersionFile[]> {
  const put: VersionFile[] = [];
  for await (const file of await content(source)) {
    const { name, contentType, bytes, sha256 } = describe(file);
    const recorded = expected[put.length];
    const path = contentPath(dataset, key, recorded?.name ?? name);
    if (recorded?.name !== name || recorded.contentType !== contentType || recorded.sha256 !== sha256)
      throw new Conflict(path, recorded?.sha256 ?? 'none', sha256);
    const versionId = await putOnce(s3, { bucket, path, body: file.body, contentType, sha256 });
    put.push({ name, path, versionId, contentType, bytes, sha256 });
  }
  const lacking = expected[put.length];
  if (lacking) throw new Conflict(contentPath(dataset, key, lacking.name), lacking.sha256, 'none');
  return put;
}

const describe = ({ name, contentType, body }: ContentFile): Described => ({
  name,
  contentType,
  bytes: Buffer.byteLength(body),
  sha256: sha256Of(body),
});
