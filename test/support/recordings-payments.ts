import type { WorkflowHandle } from '@temporalio/client';
import { reservations, SETTLE_HOLD, transfers, type Reservation, type Transfer } from '../../src/contracts/ledger.ts';
import { returns, type Return } from '../../src/contracts/rail.ts';
import { SimulatorControl, type RailLedger } from '../../src/dev/simulators/control.ts';
import type { Json } from '../../src/kit/contract/outcome.ts';
import { until } from './conditions.ts';
import type { Recording } from './recording.ts';
import type { Site } from './site.ts';
import { answer, callsOf } from './temporal.ts';

type Act = (handle: WorkflowHandle) => Promise<void>;

const THREE_DAYS_MS = 3 * 24 * 60 * 60 * 1000;
const nothing: Act = async () => undefined;
const answers =
  (question: string, choice: string, value?: Json): Act =>
  (handle) =>
    answer(handle, question, choice, { updateId: 'answer-1', ...(value === undefined ? {} : { value }) });
/** While it waits for an answer. */
const cancels: Act = async (handle) => {
  await until('it asks', async () => (await callsOf(handle)).includes('openQuestion done'));
  await handle.executeUpdate('cancel', { args: [{ actor: 'ann', reason: 'a mistake' }], updateId: 'cancel-1' });
};
/** To another bank; what becomes of it, the rail tells by the account. */
const to = (account: string, name = 'Ada Byron'): Partial<Transfer> => ({ beneficiary: { name, account } });

/** What is wanted, of 25 pounds from accounts of its own, and what then comes. */
const TRANSFERS: Record<string, { what: Partial<Transfer>; approvalAbove?: string; act?: Act }> = {
  booked: { what: {} },
  approved: { what: { maker: 'mary' }, approvalAbove: '2499', act: answers('approval', 'approve') },
  'not-approved': { what: { maker: 'mary' }, approvalAbove: '2499', act: answers('approval', 'reject') },
  'cancelled-awaiting-approval': { what: {}, approvalAbove: '2499', act: cancels },
  'screening-cleared': { what: to('PAID-cleared', 'Mallory, Eve'), act: answers('screening', 'clear') },
  'screening-blocked': { what: to('PAID-blocked', 'Mallory, Eve'), act: answers('screening', 'block') },
  paid: { what: to('PAID-1') },
  'rejected-at-once': { what: to('REJECT-1') },
  'rejected-late': { what: to('LATE-1') },
  'above-limit': { what: { amountMinor: '5001' }, approvalAbove: '2499' },
};

const RESERVATIONS: Record<string, { what?: Partial<Reservation>; act?: Act }> = {
  posted: { act: answers(SETTLE_HOLD.question, 'post') },
  'posted-in-part': { act: answers(SETTLE_HOLD.question, 'post', '1200') },
  voided: { act: answers(SETTLE_HOLD.question, 'void') },
  expired: { what: { expiresAfterSeconds: 1 } },
  refused: { what: { amountMinor: '10001' } },
  cancelled: { act: cancels },
};

/** Two accounts of its own, a rail, and a list on which Eve Mallory stands. */
async function prepared({ database }: Site, of: string, approvalAbove?: string): Promise<[string, string]> {
  const [debtor, creditor] = [`debtor-${of}`, `creditor-${of}`] as const;
  await database.query(
    `insert into ledger.accounts (account_id, currency, minimum_minor)
     values ($1, 'GBP', -10000), ($2, 'GBP', 0), ('clearing', 'GBP', 0), ('nostro', 'GBP', null) on conflict do nothing`,
    [debtor, creditor],
  );
  await database.query(`insert into ledger.rails values ('GBP', 'clearing', 'nostro') on conflict do nothing`);
  await database.query(`insert into ledger.screening_lists values (1, 'of the list', now()) on conflict do nothing`);
  await database.query(`insert into ledger.screening_entries values (1, 'q-7', 'Eve Mallory') on conflict do nothing`);
  if (approvalAbove !== undefined)
    await database.query('insert into ledger.limits values ($1, 5000, null, $2)', [debtor, approvalAbove]);
  return [debtor, creditor];
}

/** Starts it, lets act who acts, and waits for the end. */
async function transferred(site: Site, id: string, play: (typeof TRANSFERS)[string]): Promise<WorkflowHandle> {
  const [debtor, creditor] = await prepared(site, id, play.approvalAbove);
  const transfer: Transfer = {
    transferId: `recorded-${id}`,
    debtor,
    ...('beneficiary' in play.what ? {} : { creditor }),
    amountMinor: '2500',
    currency: 'GBP',
    ...play.what,
  };
  await site.start(transfers, transfer);
  return ended(await site.handle(transfers, transfer.transferId), play.act);
}

async function ended(handle: WorkflowHandle, act = nothing): Promise<WorkflowHandle> {
  await act(handle);
  await handle.result();
  return handle;
}

async function reserved(site: Site, id: string, { what, act }: (typeof RESERVATIONS)[string]): Promise<WorkflowHandle> {
  const [debtor, creditor] = await prepared(site, id);
  const reservation: Reservation = {
    transferId: `recorded-${id}`,
    debtor,
    creditor,
    amountMinor: '2500',
    currency: 'GBP',
    expiresAfterSeconds: 3_600,
    ...what,
  };
  await site.start(reservations, reservation);
  return ended(await site.handle(reservations, reservation.transferId), act);
}

async function returned(site: Site, news: Return): Promise<WorkflowHandle> {
  await site.start(returns, news);
  return ended(await site.handle(returns, news.returnId));
}

/** What the rail gives back three days after it was paid. */
async function comesBack(site: Site): Promise<WorkflowHandle> {
  await transferred(site, 'comes-back', { what: to('RETURN-1') });
  const rail = new SimulatorControl<RailLedger>(site.env['RAIL_URL']!);
  await rail.advanceClock(THREE_DAYS_MS);
  const { instructionId: transferId, ...news } = (await rail.ledger()).returned[0]!;
  return returned(site, { transferId, ...news });
}

const unknown: Return = {
  returnId: 'ret-unknown',
  transferId: 'nobody-sent',
  amountMinor: '2500',
  currency: 'GBP',
  reason: 'AC06',
};

const playsOf = <P>(
  workflow: string,
  plays: Record<string, P>,
  play: (site: Site, id: string, of: P) => Promise<WorkflowHandle>,
): Recording[] =>
  Object.entries(plays).map(([what, of]) => ({
    workflow,
    what,
    play: (site) => play(site, `${workflow}-${what}`, of),
  }));

export const paymentRecordings: readonly Recording[] = [
  ...playsOf('transferFunds', TRANSFERS, transferred),
  ...playsOf('reserveFunds', RESERVATIONS, reserved),
  { workflow: 'returnTransfer', what: 'completed', play: comesBack },
  { workflow: 'returnTransfer', what: 'refused', play: (site) => returned(site, unknown) },
];
