import { readFileSync } from 'node:fs';
import { ConfigError } from './config.ts';
import { parseSealKeys, sealAudit, type Sealing, type Seals } from './kit/effects/seal/index.ts';
import { wallClock, type Services } from './services.ts';

/** The seals of the audit, as far as they are configured. Throws `ConfigError` or `SealError` (`Key`). */
export function sealsOf({ config, s3 }: Services): Seals | undefined {
  const { EVENKEEL_AUDIT_BUCKET: bucket, EVENKEEL_AUDIT_KEY_FILE: file } = config;
  if (bucket === undefined) return undefined;
  const own = file === undefined ? config.EVENKEEL_AUDIT_KEY : keyIn(file);
  const keys = parseSealKeys(own, config.EVENKEEL_AUDIT_PUBLIC_KEYS);
  if (keys.known.size === 0)
    throw new ConfigError('EVENKEEL_AUDIT_PUBLIC_KEYS: not set, nor EVENKEEL_AUDIT_KEY: no seal can be checked');
  return { s3, bucket, keys, clock: wallClock };
}

/** Seals what is new in the audit, once; for a command, or an activity of a schedule. */
export async function sealNow(services: Services, onProgress?: (heads: number, of: number) => void): Promise<Sealing> {
  const seals = sealsOf(services);
  if (!seals) throw new ConfigError('EVENKEEL_AUDIT_BUCKET: not set, and seals are kept in it');
  if (!seals.keys.own)
    throw new ConfigError('EVENKEEL_AUDIT_KEY: not set, nor EVENKEEL_AUDIT_KEY_FILE: nothing can be signed');
  const { database, config } = services;
  const retentionDays = config.EVENKEEL_AUDIT_RETENTION_DAYS;
  return sealAudit({ ...seals, database, retentionDays }, onProgress);
}

function keyIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new ConfigError('EVENKEEL_AUDIT_KEY_FILE: cannot be read', { cause });
  }
}
