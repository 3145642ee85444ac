import assert from 'node:assert/strict';
import { datasetOf } from '../../../src/activities/reconciliation/published.ts';
import { DatasetName } from '../../../src/kit/contract/dataset.ts';

const named = (account: string): string => datasetOf({ account, period: '2026-01' });

describe('the dataset of an account', () => {
  it('has its name', () =>
    assert.equal(named('GB33BUKB20201555555555'), 'reconciliation/GB33BUKB20201555555555/2026-01'));

  it('is another for each account, also for one that cannot stand in a name', () => {
    const accounts = ['1/2', '1 2', '../x', 'versions', 'content', '', 'Ä', 'a'.repeat(100), 'x-'];
    const names = accounts.map(named);
    assert.equal(new Set(names).size, accounts.length);
    for (const name of names) assert.equal(DatasetName.parse(name), name);
  });
});
