import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { Transfer } from './ledger.ts';

/**
 * Compares the beneficiary's name with the newest version of the list. Recorded, so that it can be told later which
 * list it was; a later list does not change what was decided.
 */
export const screenTransfer = activity('screenTransfer', {
  input: Transfer,
  /** `hits`: the list's ids of the names that it is too like, at most ten. */
  output: z.object({ list: z.int().min(0), hits: z.array(z.string()).max(10) }),
  key: ({ transferId }) => `ledger/${transferId}/screening`,
  errors: {},
  attempt: '30s',
  within: '30 days',
  undo: { none: 'a comparison changes nothing' },
});
