import assert from 'node:assert/strict';
import { DatabaseError } from 'pg';
import { Burned, Conflict, ContractViolation, InDoubt, Refusal, Transient } from '../../../src/kit/effects/errors.ts';
import { failureOf } from '../../../src/kit/effects/failure.ts';

const raised = (code: string): DatabaseError => Object.assign(new DatabaseError('', 0, 'error'), { code });

describe('a failure', () => {
  for (const [error, type] of [
    [new Transient('Busy'), 'Busy'],
    [new ContractViolation('order: lines: too_big'), 'ContractViolation'],
    [raised('40P01'), 'Unexpected'],
    [new TypeError('a bug'), 'Unexpected'],
    ['not even an error', 'Unexpected'],
  ] as const)
    it(`is tried again, for it may pass or be mended: ${type}, ${typeof error === 'string' ? error : error.name}`, () => {
      const { nonRetryable, type: crossed } = failureOf(error);
      assert.deepEqual([crossed, nonRetryable], [type, false]);
    });

  for (const [error, type] of [
    [new Refusal('SoldOut'), 'SoldOut'],
    [new Conflict('key', 'one', 'other'), 'KeyConflict'],
    [new Burned('key'), 'Burned'],
    [new InDoubt('key'), 'InDoubt'],
    [raised('EK001'), 'RunEnded'],
  ] as const)
    it(`is not tried again, for the answer stays: ${type}`, () => {
      const { nonRetryable, type: crossed } = failureOf(error);
      assert.deepEqual([crossed, nonRetryable], [type, true]);
    });
});
