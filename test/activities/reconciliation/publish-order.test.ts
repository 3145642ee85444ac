import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { datasetOf, resultOnce } from '../../../src/activities/reconciliation/published.ts';
import { VersionLog } from '../../../src/kit/effects/dataset/log.ts';
import { attempt } from '../../../src/kit/testing/attempt.ts';
import { Reconciling, unbooked } from '../../support/reconciling.ts';
import { STACK_TIMEOUT_MS } from '../../support/stack.ts';

const PERIOD = '2026-01';

describe('a result of a month', () => {
  let at: Reconciling;
  let account: string;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    at = await Reconciling.open('publish_order');
  });
  after(() => at.close());
  beforeEach(async () => {
    account = randomUUID().slice(0, 8);
    await unbooked(at.database, account);
    await at.compared(account);
  });
  /** As another run keeps what it has found. */
  const newer = (): Promise<object[]> =>
    at.database.query(
      `insert into reconciliation.results
       select account, period, n + 1, result, 'newer', at from reconciliation.results where account = $1`,
      [account],
    );
  const publish = (n: number): Promise<unknown> => attempt(at.bound, 'publishResult', { account, period: PERIOD, n });
  const shown = async (): Promise<(string | undefined)[]> => {
    const log = new VersionLog(at.s3, at.bucket, datasetOf({ account, period: PERIOD }));
    const numbers = Array.from({ length: await log.newest() }, (_, i) => i + 1);
    return Promise.all(numbers.map(async (number) => (await log.at(number))?.version.content?.key));
  };
  const keyOf = (n: number): string => `reconciliation/${account}/${PERIOD}/${n}/publish`;

  it('is published, and the next one after it', async () => {
    await publish(1);
    await newer();
    await publish(2);
    assert.deepEqual(await shown(), [keyOf(1), keyOf(2)]);
  });

  it('is not published on top of a newer one, also when it was fenced before', async () => {
    await newer();
    assert.deepEqual(await publish(1), { overtaken: true });
    await publish(2);
    assert.deepEqual(await shown(), [keyOf(2)]);
    assert.deepEqual(await publish(1), { overtaken: true }, 'and it stays so');

    const once = resultOnce(at.s3, at.bucket, at.database);
    const by = { key: `${keyOf(1)}-again`, now: () => new Date(0) };
    const made = await once.request({ account, period: PERIOD, n: 1 }, by);
    await once.fence(made, by);
    const refuse = (): Error => new Error('refused');
    assert.deepEqual(await once.send(made, { ...by, refuse }), { overtaken: true });
  });

  it('that is overtaken while it looks for its number gives up', async () => {
    const once = resultOnce(at.s3, at.bucket, {
      query: async (sql, values) => {
        const rows = await at.database.query<never>(sql, values);
        // Whoever is asked first has not heard of it yet.
        if (sql.includes('n > $3') && (await shown()).length === 0) {
          await newer();
          await publish(2);
        }
        return rows;
      },
    });
    const by = { key: `${keyOf(1)}-slow`, now: () => new Date(0) };
    const made = await once.request({ account, period: PERIOD, n: 1 }, by);
    assert.deepEqual(await once.send(made, { ...by, refuse: () => new Error('refused') }), { overtaken: true });
    assert.deepEqual(await shown(), [keyOf(2)]);
  });
});
