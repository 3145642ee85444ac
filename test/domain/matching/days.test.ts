import { strictEqual, throws } from 'node:assert/strict';
import { ageDays, dayOf } from '../../../src/domain/matching/days.ts';

describe('days', () => {
  it('are counted from 1970, through leap years', () => {
    strictEqual(dayOf('1970-01-01'), 0);
    strictEqual(dayOf('2024-02-29'), 19_782);
    strictEqual(dayOf('2024-03-01'), 19_783);
  });

  it('are days of the calendar only', () => {
    for (const text of ['2025-02-29', '2025-13-01', '2025-1-1', '20250101', '2025-01-01T00:00:00Z', ''])
      strictEqual(dayOf(text), undefined, text);
  });

  it('make an age, also over a change of clocks, and a negative one for what is to come', () => {
    strictEqual(ageDays('2025-03-29', '2025-03-31'), 2);
    strictEqual(ageDays('2024-12-31', '2025-12-31'), 365);
    strictEqual(ageDays('2025-01-02', '2025-01-01'), -1);
    throws(() => ageDays('2025-02-30', '2025-03-01'), RangeError);
  });
});
