import { makeSealBucket, objectLockOf } from '../../kit/effects/seal/index.ts';
import type { Services } from '../../services.ts';
import type { Finding } from './finding.ts';

const HOUR_MS = 3_600_000;

/** Whether what stands in the audit is sealed in time, where nobody can delete the seal. Seals themselves: `audit verify`. */
export async function sealFindings(services: Services, now: Date, fix: boolean): Promise<readonly Finding[]> {
  const { EVENKEEL_AUDIT_BUCKET: bucket, EVENKEEL_AUDIT_SEALED_WITHIN_HOURS: hours } = services.config;
  if (bucket === undefined)
    return [{ check: 'seals', state: 'note', says: 'EVENKEEL_AUDIT_BUCKET is not set: the audit is not sealed' }];
  const lock = await objectLockOf(services.s3, bucket);
  const check = 'seal bucket';
  if (lock === 'none')
    return [
      {
        check,
        state: 'wrong',
        says: `${bucket} has no object lock: nothing is sealed in it`,
        todo: 'a bucket gets it when it is made: use another',
      },
    ];
  if (lock === 'no-bucket' && !fix)
    return [{ check, state: 'wrong', says: `${bucket} does not exist`, todo: 'evenkeel doctor --fix' }];
  if (lock === 'no-bucket') await makeSealBucket(services.s3, bucket);
  const found: Finding =
    lock === 'enabled'
      ? { check, state: 'ok', says: `${bucket}, with object lock` }
      : { check, state: 'fixed', says: `${bucket} was made, with object lock` };
  return [found, await oldestUnsealed(services, now, hours)];
}

/** An entry that was edited need not be JSON: its time is looked for, not parsed. */
async function oldestUnsealed({ database }: Services, now: Date, hours: number): Promise<Finding> {
  const check = 'seals';
  const [row] = await database.query<{ runs: string; since: string | null; everSealed: boolean }>(
    `select count(*) as runs, min(substring(a.entry from '"at":"([^"]+)"')) as since,
            exists (select from kit.audit_sealed) as "everSealed"
     from kit.audit_heads h left join kit.audit_sealed s using (subject)
     join kit.audit a on a.subject = h.subject and a.n = coalesce(s.n, 0) + 1 where h.n > coalesce(s.n, 0)`,
  );
  const { runs, since, everSealed } = row!;
  if (since === null) return { check, state: 'ok', says: 'the whole audit is sealed' };
  const late = now.getTime() - Date.parse(since) > hours * HOUR_MS;
  return {
    check,
    state: late ? (everSealed ? 'wrong' : 'note') : 'ok',
    says: `${runs} runs are not sealed yet, the oldest entry of ${since}`,
    ...(late ? { todo: 'evenkeel audit seal' } : {}),
  };
}
