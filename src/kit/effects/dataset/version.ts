import { z } from 'zod';
import { segment } from '../../contract/activity.ts';
import { DatasetName } from '../../contract/dataset.ts';

/** One file of a version's content: where it is, in which of the object's versions, and what it must be. */
const VersionFile = z.object({
  name: z.string(),
  path: z.string(),
  versionId: z.string().nullable(),
  contentType: z.string(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export type VersionFile = z.infer<typeof VersionFile>;

/**
 * A version's document, written once and never changed. Numbers have no gaps: who writes number n has read n - 1. Whether
 * a key is published, undone or neither is told by these documents alone.
 */
export const Version = z.object({
  dataset: DatasetName,
  number: z.int().positive(),
  made: z.enum(['published', 'undone', 'rolled back']),
  /** Of the effect that made it; where it was undone, of the publish that is burned by it. */
  key: z.string(),
  /** SHA-256 of the document before it: the chain shows a document that was replaced together with its history. */
  previous: z.string().nullable(),
  /** What readers see. Null: nothing, for all that there was is undone. */
  content: z
    .object({
      /** Who published it, and as which number. */
      key: z.string(),
      number: z.int().positive(),
      files: z.array(VersionFile),
    })
    .nullable(),
  at: z.iso.datetime(),
  rollback: z.object({ to: z.int().positive(), actor: z.string(), reason: z.string() }).optional(),
});
export type Version = z.infer<typeof Version>;
export type Content = NonNullable<Version['content']>;

/** Numbers have six digits, so that paths sort as they count: a version a minute for two years. */
export const LAST_NUMBER = 999_999;

export const versionsOf = (dataset: string): string => `${dataset}/versions/`;
export const versionPath = (dataset: string, number: number): string =>
  `${versionsOf(dataset)}${String(number).padStart(6, '0')}.json`;

/** The number that a path of this dataset stands for; undefined: it is no version's. */
export function numberAt(dataset: string, path: string): number | undefined {
  const digits = path.startsWith(versionsOf(dataset)) ? path.slice(versionsOf(dataset).length) : '';
  return /^\d{6}\.json$/.test(digits) && !digits.startsWith('000000') ? Number.parseInt(digits, 10) : undefined;
}

/** Content lies under the key of the effect that publishes it, as one segment: no two effects share an object. */
export const contentsOf = (dataset: string): string => `${dataset}/content/`;
export const contentPath = (dataset: string, key: string, file: string): string =>
  `${contentsOf(dataset)}${segment(key)}/${file}`;

/**
 * What cannot be read of a dataset. `NoVersion`: there is none of that number, or it shows nothing. `Damaged`: what is
 * there is not what was written, and the bucket has no other; the message names the path. `Full`: numbers are used up.
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly code: 'NoVersion' | 'Damaged' | 'Full';
  constructor(code: DatasetError['code'], path: string) {
    super(`${path}: ${code}`);
    this.code = code;
  }
}
