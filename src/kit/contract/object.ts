import { z } from 'zod';

/** An object that was written once: what its activity gives. `sha256` in base64, as S3 has it; never an ETag. */
export const StoredObject = z.object({
  bucket: z.string(),
  path: z.string(),
  versionId: z.string().nullable(),
  sha256: z.string(),
});
export type StoredObject = z.infer<typeof StoredObject>;
