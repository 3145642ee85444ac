import { createHash, createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { z } from 'zod';
import type { Json } from '../contract/outcome.ts';
import { ContractViolation } from './errors.ts';

/** Canonical JSON, RFC 8785: fields sorted, absent stays absent. Refuses what JSON cannot say (NaN, functions, cycles). */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new ContractViolation('not a JSON value', { cause }); // NaN, a lone surrogate, a cycle
  }
  if (text === undefined) throw new ContractViolation('not a JSON value');
  // Legal JSON, but Postgres keeps no U+0000 in jsonb: refused here, where it is an input's fault and not an outage.
  if (/(?<!\\)(\\\\)*\\u0000/.test(text)) throw new ContractViolation('U+0000 in a JSON string');
  return text;
}

/** Hex digest of a value's canonical JSON. */
export type Fingerprint = (value: unknown) => string;

export const sha256: Fingerprint = (value) => createHash('sha256').update(canonicalJson(value)).digest('hex');

/** For sealed pipelines: without the key, a fingerprint of few possible values would tell which it was. */
export const keyedFingerprint =
  (key: Uint8Array): Fingerprint =>
  (value) =>
    createHmac('sha256', key).update(canonicalJson(value)).digest('hex');

/** The payload as received, less the fields declared volatile. */
export function withoutVolatile(input: unknown, volatile: readonly string[]): unknown {
  if (volatile.length === 0 || typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([field]) => !volatile.includes(field)));
}

/** Gives `value` when it is what `schema` says, else throws with paths and codes, never values. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ContractViolation(`${what}: ${issues(parsed.error).join(', ')}`);
}

/** `lines.0.quantity: too_small`, at most ten of them. Field names that are not the schema's own stay out. */
export const issues = (error: z.ZodError): string[] =>
  error.issues.slice(0, 10).map(({ path, code }) => `${path.join('.') || '(root)'}: ${code}`);

export function within(limitBytes: number, value: Json, what: string): void {
  const text = JSON.stringify(value) as string | undefined; // undefined for no input at all
  if (text === undefined) throw new ContractViolation(`${what}: not a JSON value`);
  const size = Buffer.byteLength(text);
  if (size > limitBytes) throw new ContractViolation(`${what}: ${size} bytes, the limit is ${limitBytes}`);
}
