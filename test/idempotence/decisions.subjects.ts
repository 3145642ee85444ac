import { decisionActivities } from '../../src/activities/reconciliation/decisions.ts';
import * as contracts from '../../src/contracts/decisions.ts';
import type { Decision, WriteOffDecision } from '../../src/contracts/decisions.ts';
import type { Tx } from '../../src/kit/effects/database.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { unbooked } from '../support/reconciling.ts';

interface At {
  readonly database: Tx;
}

type About = Partial<Pick<WriteOffDecision, 'account' | 'statement'>>;

const by = (id: string) => ({ decisionId: id, account: id, actor: 'ann', reason: 'as agreed' });
async function explained(id: string, { database }: At, changed: About = {}): Promise<Decision> {
  const entry = await unbooked(database, id);
  return { ...by(id), kind: 'explain', statement: [entry], ledger: [], ...changed };
}
async function writtenOff(
  id: string,
  { database }: At,
  changed: Partial<WriteOffDecision> = {},
): Promise<WriteOffDecision> {
  const entry = await unbooked(database, id);
  return { ...by(id), kind: 'write-off', statement: [entry], ledger: [], differenceMinor: '-300', ...changed };
}

/** As it is seen. */
const entryOf = (id: string) => ({ id, amountMinor: '-300', currency: 'GBP' });
/** As if somebody had decided it before. */
const before = async (decision: Decision, { database }: At, changed: string[] = []): Promise<void> => {
  const [kind = 'explain', withdraws = null, id = `${decision.decisionId}-before`] = changed;
  await database.query(
    `insert into reconciliation.decisions values ($1, $2, $3, $4, '[]', null, '2026-01', $5, 'bob', null, 'known', now())`,
    [id, decision.account, kind, JSON.stringify(kind === 'explain' ? [entryOf(decision.account)] : []), withdraws],
  );
};
/** The month's result, in which the entry is explained. */
const result = (account: string, { database }: At): Promise<object[]> =>
  database.query(`insert into reconciliation.results values ($1, '2026-01', 1, $2, 'made', now())`, [
    account,
    JSON.stringify({
      matches: [],
      breaks: [{ kind: 'explained', side: 'statement', item: entryOf(account) }],
      lapsed: [],
    }),
  ]);

/** What stands against a decision about entries, whoever looks. */
const notDecidable = <D extends Decision>(make: (id: string, at: At, changed?: About) => Promise<D>) => ({
  UnknownAccount: (id: string, at: At) => make(id, at, { account: 'nobody' }),
  UnknownItem: (id: string, at: At) => make(id, at, { statement: ['nobody'] }),
  TooFewItems: (id: string, at: At) => make(id, at, { statement: [] }),
  AlreadyDecided: async (id: string, at: At) => {
    const decision = await make(id, at);
    await before(decision, at);
    return decision;
  },
  PeriodLocked: async (id: string, at: At) => {
    const decision = await make(id, at);
    await result(decision.account, at);
    await before(decision, at, ['lock']);
    return decision;
  },
});

export default subjects(import.meta.url, {
  contracts,
  bodies: decisionActivities,
  activities: {
    validateWriteOff: {
      input: (id, at) => writtenOff(id, at),
      // It only looks: what it saw is its outcome.
      effects: ({ decisionId }, { database }) =>
        database.query(`select from kit.effects where key = 'decisions/' || $1 || '/validate' and state = 'applied'`, [
          decisionId,
        ]),
      refused: {
        ...notDecidable(writtenOff),
        DifferenceDiffers: (id, at) => writtenOff(id, at, { differenceMinor: '-301' }),
        StatementOnly: async (id, at) => {
          const decision = await writtenOff(id, at);
          await at.database.query('update reconciliation.accounts set ledger_account = null where account = $1', [id]);
          return decision;
        },
        NoWriteOffAccount: async (id, at) => {
          const decision = await writtenOff(id, at);
          await at.database.query('delete from reconciliation.write_offs where account = $1', [id]);
          return decision;
        },
        AboveWriteOffLimit: async (id, at) => {
          const decision = await writtenOff(id, at);
          await at.database.query('update reconciliation.write_offs set limit_minor = 299 where account = $1', [id]);
          return decision;
        },
      },
    },
    recordDecision: {
      input: (id, at) => explained(id, at),
      effects: ({ decisionId }, { database }) =>
        database.query('select from reconciliation.decisions where decision_id = $1', [decisionId]),
      refused: {
        ...notDecidable(explained),
        DifferenceLeft: async (id, at) => {
          const decision = await explained(id, at);
          await unbooked(at.database, `${id}-2`);
          await at.database.query('update reconciliation.entries set account = $1 where account = $2', [id, `${id}-2`]);
          return { ...decision, kind: 'match', statement: [id, `${id}-2`] } as Decision;
        },
        NoResult: async (id, at) => {
          await unbooked(at.database, id);
          return { ...by(id), kind: 'lock', period: '2026-01' };
        },
        NotCompared: async (id, at) => {
          await unbooked(at.database, id);
          await result(id, at);
          await at.database.query('update reconciliation.accounts set compared = false where account = $1', [id]);
          return { ...by(id), kind: 'lock', period: '2026-01' };
        },
        UnknownDecision: async (id, at) => {
          await unbooked(at.database, id);
          return { ...by(id), kind: 'withdraw', withdraws: 'nobody' };
        },
        AlreadyWithdrawn: async (id, at) => {
          const decision = await explained(id, at);
          await before(decision, at);
          await before(decision, at, ['withdraw', `${id}-before`, `${id}-withdrawal`]);
          return { ...by(id), kind: 'withdraw', withdraws: `${id}-before` };
        },
      },
    },
  },
});
