import { S3Client } from '@aws-sdk/client-s3';
import { Client, Connection } from '@temporalio/client';
import { ConfigError, type Config } from './config.ts';
import type { Json } from './kit/contract/outcome.ts';
import type { Pipeline } from './kit/contract/pipeline.ts';
import { Database } from './kit/effects/database.ts';
import { keyedFingerprint, sha256 } from './kit/effects/fingerprint.ts';
import { Inbox } from './kit/intake/inbox.ts';
import type { Starter } from './kit/intake/start.ts';
import { dataConverter, openJson, parseKeyring, sealJson, type Keyring } from './kit/worker/codec.ts';

/** The wall clock, made once at the edge and passed down. */
export const wallClock = (): Date => new Date();

export const temporalOptions = (config: Config): { address: string; tls?: boolean; apiKey?: string } => ({
  address: config.TEMPORAL_ADDRESS,
  ...(config.TEMPORAL_API_KEY === undefined ? {} : { tls: true, apiKey: config.TEMPORAL_API_KEY }),
});

export function s3Client(config: Config): S3Client {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = config;
  // It is pinned to the last line that supports this Node; its notice to upgrade is for us, not for a log of JSON lines.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return new S3Client({
    region: config.AWS_REGION,
    ...(config.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: config.AWS_ENDPOINT_URL, forcePathStyle: true }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  });
}

export const keyringOf = (config: Config): Keyring | undefined =>
  config.EVENKEEL_PAYLOAD_KEYS === undefined ? undefined : parseKeyring(config.EVENKEEL_PAYLOAD_KEYS);

/** The key of patients' ids and fingerprints. */
export function patientKey(config: Config): Buffer {
  const key = Buffer.from(config.EVENKEEL_PATIENT_HMAC_KEY ?? '', 'base64');
  if (key.length !== 32)
    throw new ConfigError(
      'EVENKEEL_PATIENT_HMAC_KEY: not base64 of 32 bytes; the local stack has one (`npm run stack`)',
    );
  return key;
}

/** How a pipeline's payloads are fingerprinted and kept: in clear, or keyed and sealed. */
export function privacyOf(
  config: Config,
  { sealed, name }: Pick<Pipeline, 'sealed' | 'name'>,
): Pick<Starter, 'fingerprint' | 'atRest' | 'fromRest'> {
  if (!sealed) return { fingerprint: sha256, atRest: (payload) => payload, fromRest: (kept) => kept };
  const ring = keyringOf(config);
  if (!ring) throw new ConfigError(`EVENKEEL_PAYLOAD_KEYS: the ${name} pipeline seals its payloads`);
  return {
    fingerprint: keyedFingerprint(patientKey(config)),
    atRest: (payload) => sealJson(ring, payload),
    fromRest: (kept) => openJson(ring, kept as { sealed: string }),
  };
}

/** Seals at rest; without a keyring it fails when it is first used, so that a worker of clear pipelines needs none. */
export const sealerOf =
  (config: Config): ((json: Json) => Json) =>
  (json) =>
    privacyOf(config, { name: 'patients', sealed: true }).atRest(json);

/** The pipelines that `EVENKEEL_PIPELINES` names; all when it names none. */
export function chosenOf<M extends { readonly starts: readonly Pipeline[] }>(
  all: readonly M[],
  { EVENKEEL_PIPELINES }: Config,
): M[] {
  if (EVENKEEL_PIPELINES === undefined) return [...all];
  return EVENKEEL_PIPELINES.split(',').map((name) => {
    const found = all.find(({ starts }) => starts[0]?.name === name.trim());
    if (!found)
      throw new ConfigError(
        `EVENKEEL_PIPELINES: no pipeline of that name; there are ${all.map(({ starts }) => starts[0]?.name).join(', ')}`,
      );
    return found;
  });
}

/** What a client needs to start and to look. Everything is opened when first needed and closed together. */
export class Services {
  readonly config: Config;
  readonly #opened: (() => Promise<unknown>)[] = [];
  #database: Database | undefined;
  #s3: S3Client | undefined;
  #connection: Promise<Connection> | undefined;

  constructor(config: Config) {
    this.config = config;
  }

  get database(): Database {
    if (!this.#database) {
      const database = new Database(this.config.DATABASE_URL, { max: this.config.EVENKEEL_DATABASE_CONNECTIONS });
      this.#opened.push(() => database.close());
      this.#database = database;
    }
    return this.#database;
  }

  get s3(): S3Client {
    if (!this.#s3) {
      const s3 = s3Client(this.config);
      this.#opened.push(() => Promise.resolve(s3.destroy()));
      this.#s3 = s3;
    }
    return this.#s3;
  }

  /** A client that reads every pipeline; with `pipeline`, one that also writes as that pipeline seals. */
  async client(pipeline?: Pick<Pipeline, 'sealed'>): Promise<Client> {
    this.#connection ??= Connection.connect({ ...temporalOptions(this.config), connectTimeout: '5s' }).then(
      (connection) => {
        this.#opened.push(() => connection.close());
        return connection;
      },
      (error: unknown) => {
        this.#connection = undefined; // who asks later tries again
        throw error;
      },
    );
    return new Client({
      connection: await this.#connection,
      namespace: this.config.TEMPORAL_NAMESPACE,
      dataConverter: dataConverter(keyringOf(this.config), pipeline?.sealed ?? false),
    });
  }

  async starter(pipeline: Pick<Pipeline, 'sealed' | 'name'>): Promise<Starter> {
    return {
      client: await this.client(pipeline),
      inbox: new Inbox(this.database),
      clock: wallClock,
      ...privacyOf(this.config, pipeline),
    };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#opened.map((close) => close()));
  }
}
