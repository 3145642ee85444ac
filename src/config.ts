import { z } from 'zod';

/**
 * Every environment variable, in one schema, read once. Defaults suit the local stack; a production worker sets all
 * addresses. The names of AWS variables are AWS's own.
 */
const Environment = z.object({
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** Temporal Cloud: an API key turns TLS on. */
  TEMPORAL_API_KEY: z.string().optional(),
  TEMPORAL_UI_URL: z.url().default('http://127.0.0.1:8233'),
  DATABASE_URL: z.string().default('postgres://postgres@127.0.0.1:5432/postgres'),
  /** Connections of one process. */
  EVENKEEL_DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(20),
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  /** Absent: the AWS SDK's own chain (profile, role, …). */
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  EVENKEEL_S3_BUCKET: z.string().default('evenkeel'),
  /** Absent: Stripe itself. */
  PAYMENTS_URL: z.url().optional(),
  STRIPE_API_KEY: z.string().default('sk_test_local'),
  CARRIER_URL: z.url().default('http://127.0.0.1:4620'),
  RAIL_URL: z.url().default('http://127.0.0.1:4630'),
  /** `orders,ledger`, say: workers scale by pipeline too. Absent: all. */
  EVENKEEL_PIPELINES: z.string().optional(),
  /** host:port of the Prometheus endpoint; absent: none. */
  EVENKEEL_METRICS_ADDRESS: z.string().optional(),
  EVENKEEL_HEALTH_HOST: z.string().default('127.0.0.1'),
  /** Port of `GET /healthz`; absent: none. */
  EVENKEEL_HEALTH_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** `k2:<base64 of 32 bytes>,k1:<…>`: the first seals, all open. Needed by the patients pipeline. */
  EVENKEEL_PAYLOAD_KEYS: z.string().optional(),
  /** Base64 of 32 bytes: turns patients' identifiers into ids. Changing it makes every patient a new one. */
  EVENKEEL_PATIENT_HMAC_KEY: z.string().optional(),
  /** The audit's seals, see docs/audit.md: a bucket with object lock, one for each database. Absent: nothing is sealed. */
  EVENKEEL_AUDIT_BUCKET: z.string().optional(),
  /** For so long nobody can delete a seal. */
  EVENKEEL_AUDIT_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(365),
  /** `k2:<base64 of an Ed25519 key, PKCS #8>`: signs. Only who seals needs it. */
  EVENKEEL_AUDIT_KEY: z.string().optional(),
  /** The path of a file that holds the same, and goes before it. */
  EVENKEEL_AUDIT_KEY_FILE: z.string().optional(),
  /** `k2:<base64 of the public key, SPKI>,k1:<…>`: all that have ever signed a seal that is kept. */
  EVENKEEL_AUDIT_PUBLIC_KEYS: z.string().optional(),
  /** What has stood under no seal for longer is a finding of `doctor`. */
  EVENKEEL_AUDIT_SEALED_WITHIN_HOURS: z.coerce.number().int().min(1).max(8_760).default(26),
  /** What this build is called in Temporal; absent: the version of the package. A deployment of its own, a name of its own. */
  EVENKEEL_BUILD_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/)
    .optional(),
  /** Temporal's worker versioning, see docs/changing-workflows.md; absent: off. */
  EVENKEEL_WORKER_VERSIONING: z.enum(['PINNED', 'AUTO_UPGRADE']).optional(),
  EVENKEEL_MAX_CACHED_WORKFLOWS: z.coerce.number().int().min(0).max(100_000).default(600),
  EVENKEEL_MAX_CONCURRENT_ACTIVITIES: z.coerce.number().int().min(1).max(1_000).default(50),
});
export type Config = z.infer<typeof Environment>;

/** A variable that is missing or wrong: names it, never its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Environment.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map(({ path, code }) => `${path.join('.')}: ${code}`).join(', '));
}
