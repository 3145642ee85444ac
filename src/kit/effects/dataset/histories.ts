import { ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';

/** Everything that a path ever held, as far as the bucket remembers. */
export interface History {
  readonly path: string;
  /** A deletion is the newest that happened to it. */
  readonly deleted: boolean;
  /** Newest first. */
  readonly versions: readonly { readonly versionId: string | null; readonly at: Date; readonly bytes: number }[];
}

/** Histories of the paths under a prefix, in their order, from the bucket's own versioning, a page at a time. */
export async function* histories(
  s3: S3Client,
  bucket: string,
  prefix: string,
  after?: string,
): AsyncGenerator<History> {
  const open = new Map<
    string,
    { path: string; deleted: boolean; versions: { versionId: string | null; at: Date; bytes: number }[] }
  >();
  const at = (path: string) => {
    const found = open.get(path) ?? { path, deleted: false, versions: [] };
    open.set(path, found);
    return found;
  };
  for (
    let from: { KeyMarker?: string; VersionIdMarker?: string } = after === undefined ? {} : { KeyMarker: after };
    ;
  ) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...from }));
    for (const { Key, VersionId, LastModified, Size } of page.Versions ?? [])
      at(Key!).versions.push({ versionId: VersionId ?? null, at: LastModified ?? new Date(0), bytes: Size ?? 0 });
    for (const { Key, IsLatest } of page.DeleteMarkers ?? [])
      if (IsLatest) at(Key!).deleted = true;
      else at(Key!);
    // The last path of a page may go on in the next one.
    const unfinished = page.IsTruncated ? page.NextKeyMarker : undefined;
    for (const path of [...open.keys()].toSorted())
      if (path !== unfinished) {
        yield open.get(path)!;
        open.delete(path);
      }
    if (!page.IsTruncated) return;
    from = {
      ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}
