import { createHash } from 'node:crypto';
import { imports, pathOfFile, type StatementFile } from '../../../src/contracts/reconciliation.ts';
import { putOnce } from '../../../src/kit/effects/s3.ts';
import { camt } from '../../support/camt.ts';
import type { Stage } from '../stage.ts';
import type { Course, Made } from './course.ts';

/** Entries of each file. */
export const ENTRIES = 2;

/** A statement of two entries, of an account of its own; it lies where workers find it. */
async function file(stage: Stage, account: string, changed: (text: string) => string): Promise<Made> {
  const entries = [{ amount: 10, ref: 'a' }, { amount: -3 }];
  const bytes = Buffer.from(changed(camt({ id: 'S-1', account, entries }).toString()));
  const digest = createHash('sha256').update(bytes);
  const sha256 = digest.copy().digest('hex');
  await putOnce(stage.s3, {
    bucket: stage.services.config.EVENKEEL_S3_BUCKET,
    path: pathOfFile(sha256),
    body: bytes,
    contentType: 'application/xml',
    sha256: digest.digest('base64'),
  });
  const payload: StatementFile = { fileRef: sha256, sha256, bytes: bytes.length };
  return { payload, ids: { fileRef: sha256, account, period: '2026-01', n: 1 } };
}

const course = (
  what: string,
  fate: Course['fate'],
  reason: Course['reason'],
  changed: (text: string) => string = (text) => text,
): Course => ({ pipeline: imports, what, fate, reason, make: (stage, id) => file(stage, id, changed) });

export const takenIn = course('taken in', 'completed', null);
export const notAddingUp = course('not adding up', 'refused', 'not-adding-up', (text) =>
  text.replace('10.00', '10.01'),
);
