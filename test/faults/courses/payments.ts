import { transfers, type Transfer } from '../../../src/contracts/ledger.ts';
import { returns, type Return } from '../../../src/contracts/rail.ts';
import { workflowIdOf } from '../../../src/kit/contract/pipeline.ts';
import type { Stage } from '../stage.ts';
import type { Course, Made } from './course.ts';
import { accountsFor } from './ledger.ts';
import { attendedBy, choosing } from './people.ts';

const THREE_DAYS_MS = 3 * 86_400_000;
/** Made up, and on a list. */
const LISTED = 'Eve Mallory';

/** A currency for each, by the number of its id: an attempt that stands has its rail's accounts, and nobody waits for them. */
function currencyOf(id: string): string {
  let n = Number(id.slice(1));
  const letters = [0, 1, 2].map(() => {
    const letter = String.fromCodePoint(65 + (n % 26));
    n = Math.floor(n / 26);
    return letter;
  });
  return letters.join('');
}

interface Wanted {
  /** What becomes of it, the rail tells by the account. */
  readonly account: string;
  readonly name?: string;
  readonly maker?: string;
  readonly question?: string;
}

/** Out of an account of its own, by a rail of its own; what has a maker is approved by somebody else. */
async function payment(
  stage: Stage,
  transferId: string,
  { account, name = 'Ada Byron', maker, question }: Wanted,
): Promise<Made & { payload: Transfer }> {
  const currency = currencyOf(transferId);
  const [debtor] = await accountsFor(stage, transferId, currency);
  const { database } = stage;
  await database.query(
    `with opened as (
       insert into ledger.accounts (account_id, currency, minimum_minor)
       values ('clearing-' || $1, $2, 0), ('nostro-' || $1, $2, null)
     ) insert into ledger.rails values ($2, 'clearing-' || $1, 'nostro-' || $1)`,
    [transferId, currency],
  );
  if (maker !== undefined) await database.query('insert into ledger.limits values ($1, null, null, 2499)', [debtor]);
  await database.query(`insert into ledger.screening_lists values (1, 'of the list', now()) on conflict do nothing`);
  await database.query('insert into ledger.screening_entries values (1, $1, $1) on conflict do nothing', [LISTED]);
  const payload: Transfer = {
    transferId,
    debtor,
    beneficiary: { name, account },
    amountMinor: '2500',
    currency,
    ...(maker === undefined ? {} : { maker }),
  };
  return { payload, ids: { transferId, ...(question === undefined ? {} : { question, asked: 1 }) } };
}

const course = (what: string, fate: Course['fate'], reason: Course['reason'], wanted: Wanted): Course => ({
  pipeline: transfers,
  what,
  fate,
  reason,
  make: (stage, id) => payment(stage, id, wanted),
});

export const paid = course('paid', 'completed', null, { account: 'PAID' });
export const rejectedAtOnce = course('rejected at once', 'compensated', 'PaymentRejected', { account: 'REJECT' });
export const rejectedLate = course('rejected late', 'completed', null, { account: 'LATE' });
export const approved: Course = {
  ...course('approved and paid', 'completed', null, { account: 'PAID', maker: 'mary', question: 'approval' }),
  people: attendedBy(choosing('approval', 'approve')),
};
export const cleared: Course = {
  ...course('cleared and paid', 'completed', null, { account: 'PAID', name: LISTED, question: 'screening' }),
  people: attendedBy(choosing('screening', 'clear')),
};

/** The news of a payment that has come back after it was paid. */
async function comesBack(stage: Stage, transferId: string): Promise<Made> {
  const { payload } = await payment(stage, transferId, { account: 'RETURN' });
  await stage.start(transfers, payload);
  await (await stage.handle(transfers, workflowIdOf(transfers, payload))).result();
  await stage.rail.advanceClock(THREE_DAYS_MS);
  const { returned } = await stage.rail.ledger();
  const { returnId, amountMinor, currency, reason } = returned.find((each) => each.instructionId === transferId)!;
  return made({ returnId, transferId, amountMinor, currency, reason });
}

const made = (payload: Return): Made => ({
  payload,
  ids: { returnId: payload.returnId, transferId: payload.transferId },
});

export const returned: Course = {
  pipeline: returns,
  what: 'returned',
  fate: 'completed',
  reason: null,
  make: comesBack,
};
export const neverSent: Course = {
  pipeline: returns,
  what: 'never sent',
  fate: 'refused',
  reason: 'UnknownTransfer',
  make: (_stage, id) =>
    Promise.resolve(
      made({ returnId: `ret-${id}`, transferId: `not-${id}`, amountMinor: '2500', currency: 'GBP', reason: 'AC06' }),
    ),
};
