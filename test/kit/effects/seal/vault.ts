import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { verifyAudit } from '../../../../src/kit/effects/audit.ts';
import { sealPath } from '../../../../src/kit/effects/seal/document.ts';
import {
  makeSealBucket,
  parseSealKeys,
  sealAudit,
  type SealKeys,
  type Sealing,
  type Seals,
} from '../../../../src/kit/effects/seal/index.ts';
import { sha256 } from '../../../../src/kit/effects/fingerprint.ts';
import type { Durable } from '../harness.ts';

const text = (key: KeyObject, type: 'pkcs8' | 'spki'): string =>
  key.export({ format: 'der', type: type as 'pkcs8' }).toString('base64');

/** A fresh key under an id, as the environment has it: to sign with, and to be listed. */
export function freshKey(id: string): { own: string; listed: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { own: `${id}:${text(privateKey, 'pkcs8')}`, listed: `${id}:${text(publicKey, 'spki')}` };
}

/** A bucket for seals, with chains to be sealed: everything is anew. */
export class Vault implements Seals {
  readonly s3: S3Client;
  bucket: string;
  keys: SealKeys;
  clock: () => Date;
  readonly #store: Durable;
  #bookings = 0;

  private constructor(s3: S3Client, bucket: string, store: Durable) {
    this.s3 = s3;
    this.bucket = bucket;
    this.keys = parseSealKeys(freshKey('k1').own, undefined);
    this.#store = store;
    this.clock = () => new Date(1_700_000_000_000 + 1_000 * this.#bookings);
  }

  static async open(s3: S3Client, store: Durable): Promise<Vault> {
    await store.far.database.query('truncate kit.audit, kit.audit_heads, kit.audit_sealed, kit.effects');
    const vault = new Vault(s3, `seals-${randomUUID()}`, store);
    await makeSealBucket(s3, vault.bucket);
    return vault;
  }

  /** So many more entries in the chain of each. */
  async grow(entries: number, ...subjects: string[]): Promise<void> {
    for (const workflowId of subjects)
      for (let i = 0; i < entries; i++)
        await this.#store.run('book', { booking: `${++this.#bookings}`, seats: 1 }, { workflowId });
  }

  seal(other: Partial<Parameters<typeof sealAudit>[0]> = {}): Promise<Sealing> {
    const { s3, bucket, keys, clock } = this;
    const { database } = this.#store.far;
    return sealAudit({ s3, bucket, keys, database, retentionDays: 36_500, clock, ...other });
  }

  /** What is found in the chains themselves, and then against the seals. */
  async faults(database = this.#store.far.database): Promise<{ chains: string[]; seals: string[] }> {
    const { faults, sealed } = await verifyAudit(database, [sha256], { seals: this });
    const said = (...words: (string | number | null)[]): string => words.filter((word) => word !== null).join(' ');
    return {
      chains: faults.map(({ subject, n, fault }) => said(subject, n, fault)),
      seals: sealed!.faults.map(({ seal, subject, n, fault }) => said(seal, subject, n, fault)),
    };
  }

  /** The document of a seal, as it is read by everybody. */
  async document(number: number): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: sealPath(number) }));
    return Body!.transformToString();
  }

  /** Goes on in another bucket, in which somebody has put these, locked as seals are: by number. */
  async inAnotherBucket(documents: Readonly<Record<number, string>>): Promise<void> {
    this.bucket = `seals-${randomUUID()}`;
    await makeSealBucket(this.s3, this.bucket);
    for (const [number, document] of Object.entries(documents)) await this.put(Number(number), document, true);
  }

  async put(number: number, document: string, locked = false): Promise<string> {
    const lock = {
      ObjectLockMode: 'COMPLIANCE' as const,
      ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000),
    };
    const { VersionId } = await this.s3.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: sealPath(number), Body: document, ...(locked ? lock : {}) }),
    );
    return VersionId!;
  }
}
