import { decisions, type Decision } from '../../../src/contracts/decisions.ts';
import { bookWriteOff } from '../../../src/contracts/write-offs.ts';
import { workflowIdOf } from '../../../src/kit/contract/pipeline.ts';
import { unbooked } from '../../support/reconciling.ts';
import type { Stage } from '../stage.ts';
import { cancel, type Course, type Made } from './course.ts';
import { attendedBy, choosing } from './people.ts';

const made = (payload: Decision, n = 1): Made => {
  const { decisionId, account } = payload;
  return { payload, ids: { decisionId, account, period: '2026-01', n, question: 'approval', asked: 1 } };
};
const by = (id: string) => ({ decisionId: id, account: id, actor: 'mary', reason: 'as agreed' });

/** About the one entry of an account of its own, which is not in the books. */
async function writeOff(stage: Stage, id: string, terms = 'limit_minor = 500'): Promise<Made & { payload: Decision }> {
  const statement = [await unbooked(stage.database, id)];
  await stage.database.query(`update reconciliation.write_offs set ${terms} where account = $1`, [id]);
  const payload: Decision = { ...by(id), kind: 'write-off', statement, ledger: [], differenceMinor: '-300' };
  return { ...made(payload), payload };
}
const explain = async (stage: Stage, id: string, entry?: string): Promise<Made> => {
  const known = await unbooked(stage.database, id);
  return made({ ...by(id), kind: 'explain', statement: [entry ?? known], ledger: [] });
};
/** Takes back what was written off before. */
async function withdrawal(stage: Stage, id: string): Promise<Made> {
  const account = `${id}-before`;
  const { payload } = await writeOff(stage, account, 'approval_minor = 500');
  await stage.start(decisions, payload);
  await (await stage.handle(decisions, workflowIdOf(decisions, payload))).result();
  return made({ ...by(id), account, kind: 'withdraw', withdraws: account }, 2);
}

const course = (what: string, fate: Course['fate'], reason: Course['reason'], make: Course['make']): Course => ({
  pipeline: decisions,
  what,
  fate,
  reason,
  make,
});

export const explained = course('explained', 'completed', null, (stage, id) => explain(stage, id));
export const writtenOff: Course = {
  ...course('written off', 'completed', null, (stage, id) => writeOff(stage, id)),
  people: attendedBy(choosing('approval', 'approve')),
};
export const withdrawn = course('withdrawn', 'completed', null, withdrawal);
export const unknownItem = course('unknown item', 'refused', 'UnknownItem', (stage, id) =>
  explain(stage, id, 'nobody'),
);
export const aboveLimit = course('above limit', 'refused', 'AboveWriteOffLimit', (stage, id) =>
  writeOff(stage, id, 'limit_minor = 299'),
);
const alone = (stage: Stage, id: string): Promise<Made> => writeOff(stage, id, 'approval_minor = 500');
export const accountClosed = course('losses closed', 'refused', 'AccountClosed', async (stage, id) => {
  const decision = await alone(stage, id);
  await stage.database.query(`update ledger.accounts set closed = true where account_id = $1 || '-losses'`, [id]);
  return decision;
});
export const cancelledWhenBooked: Course = {
  ...course('cancelled when booked', 'compensated', 'Cancelled', alone),
  during: { contract: bookWriteOff, at: 'applied', act: cancel },
};
