import assert from 'node:assert/strict';
import { fromMinor, toMinor } from '../../../src/kit/contract/money.ts';

describe('an amount in minor units', () => {
  it('is exact beyond what a JSON number holds', () => {
    const amount = '9007199254740993'; // 2^53 + 1
    assert.equal(fromMinor(toMinor(amount)), amount);
    assert.equal(fromMinor(toMinor(amount) + 1n), '9007199254740994');
  });

  it('is refused in any other form', () => {
    for (const wrong of ['', '1.5', '01', '+1', '-0', '1e3', ' 1', '1234567890123456789'])
      assert.throws(() => toMinor(wrong), RangeError);
  });

  it('never grows beyond 18 digits unseen', () => {
    assert.throws(() => fromMinor(10n ** 18n), RangeError);
  });
});
