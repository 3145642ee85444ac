import { fileURLToPath } from 'node:url';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import type { Json } from '../contract/outcome.ts';

/** Keys by id; the first encrypts, all decrypt. */
export interface Keyring {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** Reads `k2:<base64 of 32 bytes>,k1:<…>`. An error names the key's id, never the key. */
export function parseKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  for (const part of text.split(',')) {
    const [id = '', base64 = ''] = part.trim().split(':');
    const key = Buffer.from(base64, 'base64');
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32)
      throw new RangeError(`payload key ${id || '(no id)'}: not id:base64 of 32 bytes`);
    keys.set(id, key);
  }
  return { current: keys.keys().next().value!, keys };
}

const ENCODING = 'binary/encrypted';
const IV_BYTES = 12; // NIST SP 800-38D, 5.2.1.1: 96 bits
const TAG_BYTES = 16;

/** IV, tag, ciphertext. The key's id is authenticated with it. */
function seal(ring: Keyring, clear: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', ring.keys.get(ring.current)!, iv).setAAD(Buffer.from(ring.current));
  const body = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

function open(ring: Keyring, id: string, sealed: Uint8Array): Buffer {
  const key = ring.keys.get(id);
  if (!key) throw new RangeError(`payload key ${id} is not in the keyring`);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES)).setAAD(Buffer.from(id));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

/** JSON at rest: `{"sealed": "k1:<base64>"}`. */
export const sealJson = (ring: Keyring, value: Json): { sealed: string } => ({
  sealed: `${ring.current}:${seal(ring, Buffer.from(JSON.stringify(value))).toString('base64')}`,
});
export function openJson(ring: Keyring, { sealed }: { sealed: string }): Json {
  const at = sealed.indexOf(':');
  return JSON.parse(open(ring, sealed.slice(0, at), Buffer.from(sealed.slice(at + 1), 'base64')).toString()) as Json;
}

/** AES-256-GCM over whole payloads, metadata included. What is not encrypted passes through, so one client reads all. */
export class SealingCodec implements PayloadCodec {
  readonly #ring: Keyring;
  readonly #seals: boolean;

  constructor(ring: Keyring, seals: boolean) {
    this.#ring = ring;
    this.#seals = seals;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    if (!this.#seals) return Promise.resolve(payloads);
    return Promise.resolve(
      payloads.map((payload) => ({
        metadata: { encoding: Buffer.from(ENCODING), 'key-id': Buffer.from(this.#ring.current) },
        data: seal(
          this.#ring,
          Buffer.from(JSON.stringify({ metadata: textOf(payload.metadata), data: base64(payload.data) })),
        ),
      })),
    );
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => openPayload(this.#ring, payload)));
  }
}

/** One payload in clear; one that is not encrypted is given as it is. */
export function openPayload(ring: Keyring, payload: Payload): Payload {
  if (payload.metadata?.['encoding'] === undefined || Buffer.from(payload.metadata['encoding']).toString() !== ENCODING)
    return payload;
  const id = Buffer.from(payload.metadata['key-id'] ?? []).toString();
  const clear = JSON.parse(open(ring, id, payload.data ?? new Uint8Array()).toString()) as {
    metadata: Record<string, string>;
    data: string;
  };
  return {
    metadata: Object.fromEntries(
      Object.entries(clear.metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
    ),
    data: Buffer.from(clear.data, 'base64'),
  };
}

const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
const textOf = (metadata: Payload['metadata']): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]));

/** Also part of the bundle of sealed workflows: without it a failure's message would stand in clear in the history. */
export const FAILURE_CONVERTER = fileURLToPath(
  new URL(`../workflow/failure-converter${import.meta.url.slice(-3)}`, import.meta.url),
);

/** For worker and client of a pipeline. With a keyring every client can read what is sealed; only sealed pipelines seal. */
export const dataConverter = (ring: Keyring | undefined, sealed: boolean): DataConverter => ({
  ...(ring === undefined ? {} : { payloadCodecs: [new SealingCodec(ring, sealed)] }),
  ...(sealed ? { failureConverterPath: FAILURE_CONVERTER } : {}),
});
