import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { SealError } from './error.ts';

/** Ed25519 keys (RFC 8032): the one that signs, where there is one, and by id the public ones that seals are checked with. */
export interface SealKeys {
  readonly own: { readonly id: string; readonly key: KeyObject } | undefined;
  readonly known: ReadonlyMap<string, KeyObject>;
}

/**
 * Reads `k2:<base64 of PKCS #8>` and `k2:<base64 of SPKI>,k1:<…>`: DER, as openssl writes it. One's own public key is known
 * without being listed; those of before stay listed for as long as their seals are kept. An error names the key's id, never the key.
 */
export function parseSealKeys(own: string | undefined, listed: string | undefined): SealKeys {
  const known = new Map<string, KeyObject>();
  for (const [id, key] of (listed?.trim() ? listed.split(',') : []).map((text) => parsed(text, publicKey))) {
    if (!(known.get(id) ?? key).equals(key))
      throw new SealError('Key', `audit key ${id}: two public keys are listed under it`);
    known.set(id, key);
  }
  if (own === undefined) return { own: undefined, known };
  const [id, key] = parsed(own, (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  const mine = createPublicKey(key);
  if (!(known.get(id) ?? mine).equals(mine))
    throw new SealError('Key', `audit key ${id}: another one than the public key that is listed under this id`);
  return { own: { id, key }, known: known.set(id, mine) };
}

const publicKey = (der: Buffer): KeyObject => createPublicKey({ key: der, format: 'der', type: 'spki' });

function parsed(text: string, read: (der: Buffer) => KeyObject): readonly [string, KeyObject] {
  const [id = '', base64 = ''] = text.trim().split(':');
  const named = /^[\w-]{1,32}$/.test(id);
  if (named)
    try {
      const key = read(Buffer.from(base64, 'base64'));
      if (key.asymmetricKeyType === 'ed25519') return [id, key];
    } catch {
      // not told: it may quote the key
    }
  throw new SealError('Key', `audit key ${named ? id : '(no id)'}: not id:base64 of an Ed25519 key in DER`);
}

export const signed = (key: KeyObject, text: string): string => sign(null, Buffer.from(text), key).toString('base64');

export const isSignedBy = (key: KeyObject, text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
