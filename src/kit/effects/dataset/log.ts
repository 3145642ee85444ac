import { GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { canonicalJson } from '../fingerprint.ts';
import { sha256Of, statusOf } from '../s3.ts';
import { histories } from './histories.ts';
import { DatasetError, LAST_NUMBER, numberAt, Version, versionPath, versionsOf } from './version.ts';

/** A version and the SHA-256 of its document. */
export interface Found {
  readonly version: Version;
  readonly sha256: string;
}

/** A page of a listing. */
const PAGE = 1_000;

/**
 * The versions of one dataset, for the length of one attempt: documents do not change, so each is read once. A document
 * is what its path held *first*: one that was overwritten or deleted behind our back is still read, and its number is
 * never used again.
 */
export class VersionLog {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly dataset: string;
  readonly #read = new Map<number, Found>();

  constructor(s3: S3Client, bucket: string, dataset: string) {
    this.s3 = s3;
    this.bucket = bucket;
    this.dataset = dataset;
  }

  /** The newest number; 0 when there is none. Whoever knows a number says so, and no older one is listed. */
  async newest(after = 0): Promise<number> {
    let low = after;
    let high = LAST_NUMBER;
    for (;;) {
      const { numbers, more } = await this.#numbersAfter(low, PAGE);
      low = numbers.at(-1) ?? low;
      if (!more || numbers.length === 0) return low;
      // Numbers have no gaps, so the end of a long list is found by halving.
      while (high - low > PAGE) {
        const middle = Math.floor((low + high) / 2);
        const [next] = (await this.#numbersAfter(middle, 1)).numbers;
        if (next === undefined) high = middle;
        else low = next;
      }
    }
  }

  /** The version of this number; undefined when nobody ever wrote one. */
  async at(number: number): Promise<Found | undefined> {
    const known = this.#read.get(number);
    if (known) return known;
    const path = versionPath(this.dataset, number);
    for await (const { versions } of histories(this.s3, this.bucket, path)) {
      const first = versions.at(-1);
      // Deleted for good, its history too: somebody has been here, so the number is used.
      if (!first) throw new DatasetError('Damaged', path);
      const found = versionIn(await bytesOf(this.s3, this.bucket, path, first.versionId));
      if (found?.version.number !== number || found.version.dataset !== this.dataset)
        throw new DatasetError('Damaged', path);
      this.#read.set(number, found);
      return found;
    }
    return undefined;
  }

  /** The same of a number that must be there. */
  async known(number: number): Promise<Found> {
    const found = await this.at(number);
    if (!found) throw new DatasetError('NoVersion', versionPath(this.dataset, number));
    return found;
  }

  /** Writes a version that nobody has written; undefined when somebody was quicker. */
  async create(made: Omit<Version, 'dataset' | 'previous'>): Promise<Found | undefined> {
    const { number } = made;
    const path = versionPath(this.dataset, number);
    if (number > LAST_NUMBER) throw new DatasetError('Full', path);
    const previous = number === 1 ? null : (await this.known(number - 1)).sha256;
    const version: Version = { ...made, dataset: this.dataset, previous };
    const body = canonicalJson(version);
    const sha256 = sha256Of(body);
    try {
      await this.s3.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: path,
          Body: body,
          ContentType: 'application/json',
          ChecksumSHA256: sha256,
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      if (statusOf(error) === 412) return undefined;
      throw error; // unknown, or 409: a race that is still open. The next attempt looks.
    }
    const found = { version, sha256 };
    this.#read.set(number, found);
    return found;
  }

  async #numbersAfter(number: number, limit: number): Promise<{ numbers: number[]; more: boolean }> {
    const { Versions, DeleteMarkers, IsTruncated } = await this.s3.send(
      new ListObjectVersionsCommand({
        Bucket: this.bucket,
        Prefix: versionsOf(this.dataset),
        // Sorts after this number and before the next, wherever a server begins: at its marker or after it.
        KeyMarker: `${versionPath(this.dataset, number)}~`,
        MaxKeys: limit,
      }),
    );
    const numbers = [...(Versions ?? []), ...(DeleteMarkers ?? [])].flatMap(
      ({ Key }) => numberAt(this.dataset, Key ?? '') ?? [],
    );
    return { numbers: [...new Set(numbers)].toSorted((one, other) => one - other), more: IsTruncated ?? false };
  }
}

/** A document's bytes as a version; undefined when they are none. */
export function versionIn(bytes: Uint8Array | undefined): Found | undefined {
  if (!bytes) return undefined;
  try {
    const version = Version.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return { version, sha256: sha256Of(bytes) };
  } catch {
    return undefined;
  }
}

/** What an object's version holds; undefined when it is gone. Without an id: what the path holds now. */
export async function bytesOf(
  s3: S3Client,
  bucket: string,
  path: string,
  versionId: string | null,
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: path, ...(versionId === null ? {} : { VersionId: versionId }) }),
    );
    return await Body!.transformToByteArray();
  } catch (error) {
    // 400: a server that knows no such form of id.
    if ([404, 405, 400].includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}
