import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from './stack-error.ts';

export interface Secrets {
  postgresPassword: string;
  /** `EVENKEEL_PAYLOAD_KEYS`: `name:base64 of 32 bytes`. */
  payloadKeys: string;
  /** `EVENKEEL_PATIENT_HMAC_KEY`: base64 of 32 bytes. */
  patientHmacKey: string;
  /** `EVENKEEL_AUDIT_KEY`. */
  auditKey: string;
}

/** The stack's secrets, made once: a history encrypted under a lost key can never be read again. */
export function secretsOf(stateDir: string): Secrets {
  const file = join(stateDir, 'secrets.json');
  const keep = (secrets: Secrets): Secrets => {
    writeFileSync(`${file}.draft`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${file}.draft`, file);
    return secrets;
  };
  if (!existsSync(file))
    return keep({
      postgresPassword: randomBytes(24).toString('hex'),
      payloadKeys: `k1:${randomBytes(32).toString('base64')}`,
      patientHmacKey: randomBytes(32).toString('base64'),
      auditKey: freshAuditKey(),
    });
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    // A folder of a version that sealed no audit has no key for it yet.
    if (isSecrets(found)) return 'auditKey' in found ? found : keep({ ...found, auditKey: freshAuditKey() });
  } catch (cause) {
    throw new StackError(`${file} cannot be read; put it back, or delete the whole state folder to begin anew.`, {
      cause,
    });
  }
  throw new StackError(`${file} lacks a secret; put it back, or delete the whole state folder to begin anew.`);
}

const freshAuditKey = (): string =>
  `k1:${generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')}`;

function isSecrets(value: unknown): value is Secrets | Omit<Secrets, 'auditKey'> {
  if (typeof value !== 'object' || value === null) return false;
  const names: Array<keyof Secrets> = ['postgresPassword', 'payloadKeys', 'patientHmacKey'];
  const held = new Map<string, unknown>(Object.entries(value));
  return names.every((name) => typeof held.get(name) === 'string');
}
