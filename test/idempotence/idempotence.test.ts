import assert from 'node:assert/strict';
import { z } from 'zod';
import { activity } from '../../src/kit/contract/activity.ts';
import * as run from '../../src/kit/contract/run.ts';
import { assertOnce, examine, type Report } from '../../src/kit/testing/once/prove.ts';
import { withoutSubject } from '../../src/kit/testing/subjects.ts';
import { contractsOf } from '../../src/kit/worker/manifest.ts';
import { PIPELINES } from '../../src/pipelines/index.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../support/stack.ts';
import decisions from './decisions.subjects.ts';
import inventory from './inventory.subjects.ts';
import kit from './kit.subjects.ts';
import ledger from './ledger.subjects.ts';
import orders from './orders.subjects.ts';
import orphans from './orphans.subjects.ts';
import patients, { GIVEN_BACK } from './patients.subjects.ts';
import payments from './payments.subjects.ts';
import rail from './rail.subjects.ts';
import reconciliation from './reconciliation.subjects.ts';
import screening from './screening.subjects.ts';
import shipping from './shipping.subjects.ts';
import trialBalance from './trial-balance.subjects.ts';
import writeOffs from './write-offs.subjects.ts';
import type { Where } from './where.ts';

const SUBJECTS = {
  ...{ orders, inventory, payments, shipping, patients },
  ...{ ledger, screening, rail, trialBalance, writeOffs },
  ...{ reconciliation, decisions, orphans, kit },
};
/** As the pipelines declare them: whoever adds one comes by here. */
const ACTIVITIES = [...PIPELINES.flatMap(contractsOf), ...Object.values(run)];

describe('every activity', () => {
  it('has a subject', () => {
    assert.deepEqual(withoutSubject(ACTIVITIES, Object.values(SUBJECTS)), []);
  });

  it('is named when it has none', () => {
    const madeUp = activity('madeUp', {
      input: z.object({ orderId: z.string() }),
      output: z.object({}),
      key: ({ orderId }) => `orders/${orderId}/made-up`,
      errors: {},
      attempt: '15s',
      within: '30 days',
      undo: { none: 'nobody ever calls it' },
    });
    assert.deepEqual(withoutSubject([...ACTIVITIES, madeUp], Object.values(SUBJECTS)), ['madeUp']);
  });

  let where: Where;
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const [{ env }, { url, database }] = [await stack(), await freshDatabase('idempotence')];
    await database.query(GIVEN_BACK);
    where = { env, database: url };
  });

  for (const [capability, subjects] of Object.entries(SUBJECTS))
    describe(`of ${capability}`, () => {
      let reports: readonly Report[];
      before(async function () {
        this.timeout(180_000);
        reports = await examine(subjects, where);
      });

      for (const { name } of subjects.contracts)
        it(`happens once: ${name}`, () => assertOnce(reports.find(({ activity }) => activity === name)!));
    });
});
