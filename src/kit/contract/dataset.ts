import { z } from 'zod';

/**
 * The name of a dataset: a path in its bucket. No segment of it is called `versions` or `content`, which are the two
 * folders of every dataset, so that none lies inside another's.
 */
const NAME = /^(?!(.*\/)?(versions|content)(\/|$))[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
export const DatasetName = z.string().max(100).regex(NAME);

/** A version of a dataset that was made: what publishing it, or rolling back to it, gives. `sha256` in base64: of its document. */
export const MadeVersion = z.object({
  dataset: DatasetName,
  number: z.int().positive(),
  /** Of the effect that made it, generation included. */
  key: z.string(),
  sha256: z.string(),
});
export type MadeVersion = z.infer<typeof MadeVersion>;
