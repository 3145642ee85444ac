import { z } from 'zod';
import { canonicalJson } from '../fingerprint.ts';
import { sha256Of } from '../s3.ts';
import { isSignedBy, signed, type SealKeys } from './keys.ts';

/** So many heads in one seal, 2 MB or so: it is held in memory whole. What is new beyond that goes into the next one. */
export const HEADS_LIMIT = 10_000;
/** No seal is larger: subjects are at most some hundred characters. */
export const SEAL_LIMIT_BYTES = 16 * 1024 * 1024;

/** A chain as it was: subject, number of its last entry, hash of that (hex). */
const Head = z.tuple([z.string(), z.int().positive(), z.string().regex(/^[0-9a-f]{64}$/)]);
export type Head = z.infer<typeof Head>;

/** What is signed: the chains of the audit that have changed since the seal before, as they were at one moment. */
export const Seal = z.object({
  number: z.int().positive(),
  at: z.iso.datetime(),
  /** SHA-256 of the document before it, in base64; null of the first. */
  previous: z.string().nullable(),
  /** The id of the key that signed it. */
  key: z.string(),
  /** How many there were in all, at that moment. */
  subjects: z.int().positive(),
  entries: z.int().positive(),
  heads: z
    .array(Head)
    .min(1)
    .max(HEADS_LIMIT)
    .refine((heads) => new Set(heads.map(([subject]) => subject)).size === heads.length),
});
export type Seal = z.infer<typeof Seal>;

const Document = z.object({ seal: Seal, signature: z.string() });

/** A seal, and the SHA-256 of its document in base64. */
export interface Opened {
  readonly seal: Seal;
  readonly sha256: string;
}

/** A seal as it is told, without what it names. */
export interface SealSummary {
  readonly number: number;
  readonly at: string;
  readonly sha256: string;
  /** How many chains it names. */
  readonly runs: number;
}

export const summaryOf = ({ seal: { number, at, heads }, sha256 }: Opened): SealSummary => ({
  number,
  at,
  sha256,
  runs: heads.length,
});

/** One object, so that there is no moment at which a seal is there and its signature is not. */
export const documentOf = (seal: Seal, { key }: NonNullable<SealKeys['own']>): string =>
  canonicalJson({ seal, signature: signed(key, canonicalJson(seal)) });

/** The seal that these bytes are, when a known key has signed it; else why not. A seal has one form only (RFC 8785). */
export function opened(bytes: Uint8Array, { known }: SealKeys): Opened | 'no-seal' | 'unknown-key' {
  try {
    const { seal, signature } = Document.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (!Buffer.from(canonicalJson({ seal, signature })).equals(bytes)) return 'no-seal';
    const key = known.get(seal.key);
    if (!key) return 'unknown-key';
    return isSignedBy(key, canonicalJson(seal), signature) ? { seal, sha256: sha256Of(bytes) } : 'no-seal';
  } catch {
    return 'no-seal'; // no JSON, or not of this shape
  }
}

export const SEALS = 'audit/seals/';
/** Six digits, so that paths sort as they count: a seal an hour for a century. */
export const LAST_NUMBER = 999_999;
export const sealPath = (number: number): string => `${SEALS}${String(number).padStart(6, '0')}.json`;

/** The number that a path stands for; undefined: it is no seal's. */
export const sealNumberAt = (path: string): number | undefined => {
  const [, digits] = /^audit\/seals\/(\d{6})\.json$/.exec(path) ?? [];
  return digits === undefined || digits === '000000' ? undefined : Number(digits);
};
