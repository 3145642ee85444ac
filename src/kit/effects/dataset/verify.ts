import type { S3Client } from '@aws-sdk/client-s3';
import { sha256Of } from '../s3.ts';
import { histories, type History } from './histories.ts';
import { bytesOf, versionIn, type Found } from './log.ts';
import { numberAt, versionPath, versionsOf, type VersionFile } from './version.ts';

/**
 * One object of a dataset that is not as it was written.
 * - `overwritten`: its path holds other bytes. `deleted`: it holds a deletion. `gone`: it holds nothing, and never did.
 * - `replaced`: also what it held first is not what the next version's document says; nothing can be trusted to be it.
 * - `foreign`: no version's document, in the folder of the versions.
 */
export interface DatasetFault {
  readonly path: string;
  /** The version that it is of; null when it is foreign. */
  readonly number: number | null;
  readonly fault: 'overwritten' | 'deleted' | 'gone' | 'replaced' | 'foreign';
  /** The object's version from which it can be restored; null: the bucket has none. */
  readonly intact: string | null;
  readonly sha256: string | null;
}

export interface DatasetReport {
  readonly versions: number;
  readonly files: number;
  readonly faults: readonly DatasetFault[];
}

/** Reads every object that the versions of a dataset name, and everything in the folder of its versions, and compares. */
export async function verifyDataset(
  s3: S3Client,
  bucket: string,
  dataset: string,
  onProgress: (versions: number) => void = () => undefined,
): Promise<DatasetReport> {
  const faults: DatasetFault[] = [];
  const at = { s3, bucket };
  let files = 0;
  let versions = 0;
  let before: { history: History; number: number; found: Found | undefined } | undefined;
  /** A document is vouched for by the next one; the newest only by what its path held first. */
  const close = async (next: Found | undefined): Promise<void> => {
    if (!before) return;
    const { history, number, found } = before;
    const said = next?.version.previous ?? found?.sha256;
    if (said === undefined || said !== found?.sha256) {
      faults.push({ path: history.path, number, fault: 'replaced', intact: null, sha256: said ?? null });
      return;
    }
    const fault = await compare(at, history, said, history.versions.at(-1)!.versionId);
    if (fault) faults.push({ ...fault, number });
  };
  for await (const history of histories(s3, bucket, versionsOf(dataset))) {
    const number = numberAt(dataset, history.path);
    if (number === undefined) {
      if (!history.deleted)
        faults.push({ path: history.path, number: null, fault: 'foreign', intact: null, sha256: null });
      continue;
    }
    const first = history.versions.at(-1);
    const found = first && versionIn(await bytesOf(s3, bucket, history.path, first.versionId));
    for (let missing = (before?.number ?? 0) + 1; missing < number; missing++)
      faults.push({ path: versionPath(dataset, missing), number: missing, fault: 'gone', intact: null, sha256: null });
    await close(before?.number === number - 1 ? found : undefined);
    before = { history, number, found };
    // What a later version shows again is named by the one that published it.
    if (found?.version.made === 'published')
      for (const file of found.version.content?.files ?? []) {
        files++;
        const fault = await compareFile(at, file);
        if (fault) faults.push({ ...fault, number });
      }
    onProgress(++versions);
  }
  await close(undefined);
  return { versions, files, faults };
}

type At = { readonly s3: S3Client; readonly bucket: string };
type Fault = Omit<DatasetFault, 'number'>;

async function compareFile(at: At, { path, sha256, versionId }: VersionFile): Promise<Fault | undefined> {
  const history = await historyOf(at, path);
  return compare(at, history, sha256, versionId);
}

/** What is wrong with what a path holds now; what it should hold is looked for among all that it ever held. */
async function compare(
  { s3, bucket }: At,
  { path, deleted, versions }: History,
  sha256: string,
  written: string | null,
): Promise<Fault | undefined> {
  const isIt = async (id: string | null): Promise<boolean> => {
    const bytes = await bytesOf(s3, bucket, path, id);
    return bytes !== undefined && sha256Of(bytes) === sha256;
  };
  const [current] = versions;
  if (current && !deleted && (await isIt(current.versionId))) return undefined;
  const fault = deleted ? 'deleted' : current ? 'overwritten' : 'gone';
  const ids = versions.map(({ versionId }) => versionId).filter((id) => id !== null);
  for (const intact of ids.toSorted((one, other) => Number(other === written) - Number(one === written)))
    if (await isIt(intact)) return { path, fault, intact, sha256 };
  return { path, fault, intact: null, sha256 };
}

/** The history of exactly this path. */
async function historyOf({ s3, bucket }: At, path: string): Promise<History> {
  for await (const history of histories(s3, bucket, path)) if (history.path === path) return history;
  return { path, deleted: false, versions: [] };
}
