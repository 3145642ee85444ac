import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

interface Kept {
  readonly id: string;
  /** Undefined: a deletion. */
  readonly body: Buffer | undefined;
  readonly at: Date;
}

/** What S3 answers when it does not do it. */
class Answer extends Error {
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(httpStatusCode: number) {
    super(`HTTP ${httpStatusCode}`);
    this.$metadata = { httpStatusCode };
  }
}

/** Passes a request on to where it is done, or does not, or loses the answer. `request` is its command's name and path. */
export type Line = <T>(request: string, act: () => T) => Promise<T>;

/** One versioned bucket in memory, with S3's conditional writes. Everything that was ever put stays to be looked at. */
export class MemoryS3 {
  /** By path, oldest first. */
  readonly kept = new Map<string, Kept[]>();
  requests = 0;
  #ids = 0;

  /** A client of it; what it asks goes over `line`. */
  client(line: Line = (_request, act) => Promise.resolve(act())): S3Client {
    const send = (command: object): Promise<unknown> => {
      this.requests++;
      const { Key = '', Prefix = '' } = (command as { input: { Key?: string; Prefix?: string } }).input;
      return line(`${command.constructor.name.replace('Command', '')} ${Key}${Prefix}`, () => this.#do(command));
    };
    return { send } as unknown as S3Client;
  }

  put(path: string, body: Buffer | undefined): string {
    const id = `id-${++this.#ids}`;
    this.kept.set(path, [...(this.kept.get(path) ?? []), { id, body, at: new Date(this.#ids) }]);
    return id;
  }

  #do(command: object): unknown {
    if (command instanceof PutObjectCommand) return this.#put(command.input);
    if (command instanceof ListObjectVersionsCommand) return this.#list(command.input);
    if (command instanceof DeleteObjectCommand) return { VersionId: this.put(command.input.Key!, undefined) };
    if (command instanceof CopyObjectCommand) {
      const [source, id] = command.input.CopySource!.split('?versionId=');
      const path = source!.split('/').slice(1).map(decodeURIComponent).join('/');
      return { VersionId: this.put(command.input.Key!, this.#get(path, id).body) };
    }
    if (!(command instanceof GetObjectCommand) && !(command instanceof HeadObjectCommand))
      throw new TypeError(`${command.constructor.name} is not made here`);
    const { id, body } = this.#get(command.input.Key!, command.input.VersionId);
    return {
      VersionId: id,
      ContentLength: body.length,
      ChecksumSHA256: digest(body),
      Body: { transformToByteArray: () => Promise.resolve(new Uint8Array(body)) },
    };
  }

  #put({ Key, Body, IfNoneMatch, ChecksumSHA256 }: PutObjectCommand['input']): object {
    const body = Buffer.from(Body as string);
    if (ChecksumSHA256 !== undefined && ChecksumSHA256 !== digest(body)) throw new Answer(400);
    if (IfNoneMatch === '*' && this.kept.get(Key!)?.at(-1)?.body) throw new Answer(412);
    return { VersionId: this.put(Key!, body) };
  }

  #get(path: string, id: string | undefined): { id: string; body: Buffer } {
    const versions = this.kept.get(path) ?? [];
    const found = id === undefined ? versions.at(-1) : versions.find((each) => each.id === id);
    if (!found?.body) throw new Answer(404);
    return { id: found.id, body: found.body };
  }

  #list({ Prefix = '', KeyMarker = '', VersionIdMarker, MaxKeys = 1_000 }: ListObjectVersionsCommand['input']): object {
    const all = [...this.kept.keys()]
      .filter((path) => path.startsWith(Prefix))
      .toSorted()
      .flatMap((path) =>
        this.kept
          .get(path)!
          .map((each, i, { length }) => ({ ...each, path, latest: i === length - 1 }))
          .toReversed(),
      );
    const marker = all.findIndex(({ path, id }) => path === KeyMarker && id === VersionIdMarker);
    const rest = marker === -1 ? all.filter(({ path }) => path > KeyMarker) : all.slice(marker + 1);
    const page = rest.slice(0, MaxKeys);
    const said = (deleted: boolean): object[] =>
      page
        .filter(({ body }) => (body === undefined) === deleted)
        .map(({ path, id, latest, at }) => ({ Key: path, VersionId: id, IsLatest: latest, LastModified: at }));
    const last = page.at(-1);
    return {
      Versions: said(false),
      DeleteMarkers: said(true),
      IsTruncated: rest.length > page.length,
      ...(rest.length > page.length ? { NextKeyMarker: last!.path, NextVersionIdMarker: last!.id } : {}),
    };
  }
}

const digest = (body: Buffer): string => createHash('sha256').update(body).digest('base64');
