import { bookShipment } from '../../src/contracts/shipping.ts';
import * as contracts from '../../src/kit/contract/run.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { runActivities } from '../../src/kit/effects/run.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';

const decision = (id: string) => ({ workflowId: id, updateId: 'update-1', actor: 'ann', reason: 'test' });
const decisions =
  (kind: 'cancel' | 'answer') =>
  ({ workflowId }: { workflowId: string }, { database }: { database: Tx }): Promise<object[]> =>
    database.query('select from kit.decisions where workflow_id = $1 and kind = $2', [workflowId, kind]);

/** Of activities that only look: nothing. */
const recorded = ({ workflowId }: { workflowId: string }, { database }: { database: Tx }): Promise<object[]> =>
  database.query(
    `select key as id from kit.effects where workflow_id = $1 union all
     select update_id from kit.decisions where workflow_id = $1`,
    [workflowId],
  );

/** A key that waits for a person, because its provider has said no. */
async function waiting(id: string, database: Tx): Promise<string> {
  const key = `${id}/refused`;
  await database.query(
    `insert into kit.effects values ($1, $1, 'bookShipment', $2, null, 'refused', $3, null, 1, now(), now())`,
    [key, id, JSON.stringify({ refused: { type: 'NoRoute', detail: '' } })],
  );
  return key;
}

export default subjects(import.meta.url, {
  contracts,
  bodies: (_resources, { store, fingerprint }) => runActivities(store, fingerprint, [bookShipment]),
  activities: {
    recordStart: {
      input: (id) => ({
        workflowId: id,
        runId: 'made',
        pipeline: 'ledger',
        workflow: 'checkBooks',
        businessId: id,
        summary: 'hourly',
        payload: { schedule: 'hourly', at: '2026-01-01T00:05:00Z' },
      }),
      effects: ({ workflowId }, { database }) =>
        database.query(`select from kit.inbox where workflow_id = $1 and state = 'started'`, [workflowId]),
    },
    recordFate: {
      async input(id, { database }) {
        await database.query(
          `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, received_at)
           values ($1, 'orders', 'fulfilOrder', $1, '', '{}', '', 'started', now())`,
          [id],
        );
        return { workflowId: id, run: 1, fate: 'completed', reason: null, result: { tracking: 'TRK1' } };
      },
      effects: ({ workflowId }, { database }) =>
        database.query(`select from kit.inbox where workflow_id = $1 and fate = 'completed'`, [workflowId]),
    },
    recordCancel: {
      input: decision,
      effects: decisions('cancel'),
      other: (input) => ({ ...input, actor: 'bob' }),
    },
    recordResolve: {
      async input(id, { database }) {
        const key = await waiting(id, database);
        return { ...decision(id), key, activity: 'bookShipment', forwardKey: null, action: 'retry', value: null };
      },
      // Each time that the key is set free for another try, its generation goes up: from none to 2.
      effects: async ({ key }, { database }) =>
        (
          await database.query<{ n: number }>('select generation - 1 as n from kit.generations where base_key = $1', [
            key,
          ])
        )[0]?.n ?? 0,
      other: (input) => ({ ...input, action: 'skip' }),
      refused: {
        ValueNotDeclared: async (id, { database }) => ({
          ...decision(id),
          key: await waiting(id, database),
          activity: 'bookShipment',
          forwardKey: null,
          action: 'complete',
          value: { shipmentId: 1 },
        }),
      },
    },
    recordAnswer: {
      input: (id) => ({ ...decision(id), question: 'release', fingerprint: 'f', choice: 'yes' }),
      effects: decisions('answer'),
      other: (input) => ({ ...input, choice: 'no' }),
    },
    openQuestion: {
      input: (id) => ({ workflowId: id, question: 'release', asked: 1, shown: { amountMinor: 1 } }),
      effects: recorded,
    },
    openRun: {
      input: (id) => ({ workflowId: id, run: 2 }),
      effects: recorded,
    },
  },
});
