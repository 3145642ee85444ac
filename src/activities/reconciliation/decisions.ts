import type * as contract from '../../contracts/decisions.ts';
import type { Decision, EntryDecision, recordDecision, validateWriteOff } from '../../contracts/decisions.ts';
import type { WriteOff } from '../../contracts/write-offs.ts';
import { SIDES, type Item } from '../../domain/matching/model.ts';
import type { ErrorOf } from '../../kit/contract/activity.ts';
import { fromMinor, toMinor } from '../../kit/contract/money.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';
import { ContractViolation } from '../../kit/effects/errors.ts';
import { writeOffOf } from '../ledger/write-offs.ts';
import { ledgerItems, statementItems } from './items.ts';
import { entriesOf, Standing, type About, type Seen } from './standing.ts';

/** What stands against it, whichever decision it is; `R`: and what only some can meet. */
type Refuse<R extends string = never> = (
  type: (ErrorOf<typeof recordDecision, 'refused'> & ErrorOf<typeof validateWriteOff, 'refused'>) | R,
) => Error;

/** Decisions about breaks and months, in Postgres. */
export const decisionActivities = (): Implementation<typeof contract, Tx> => ({
  async validateWriteOff(decision, { tx, refuse }) {
    const { ledgerAccount, currency } = await decidable(tx, decision, refuse);
    if (ledgerAccount === null) throw refuse('StatementOnly');
    const [terms] = await tx.query<{ against: string; limit: string; approval: string }>(
      `select ledger_account as against, limit_minor as limit, approval_minor as approval
       from reconciliation.write_offs where account = $1`,
      [decision.account],
    );
    if (!terms) throw refuse('NoWriteOffAccount');
    const difference = toMinor(decision.differenceMinor);
    const amount = difference < 0n ? -difference : difference;
    if (amount > BigInt(terms.limit)) throw refuse('AboveWriteOffLimit');
    // Ours mirrors the bank's: what it has more on its side, we credit.
    const [debtor, creditor] = difference > 0n ? [ledgerAccount, terms.against] : [terms.against, ledgerAccount];
    const writeOff: WriteOff = {
      decisionId: decision.decisionId,
      debtor,
      creditor,
      amountMinor: fromMinor(amount),
      currency,
    };
    return { writeOff, approval: amount > BigInt(terms.approval) };
  },

  async recordDecision(decision, { tx, now, refuse }) {
    const { decisionId, account, kind, actor, approver = null, reason } = decision;
    const record = async (about: Partial<Recorded>): Promise<void> => {
      const { statement = [], ledger = [], booked = null, period = null, withdraws = null } = about;
      const entries = [JSON.stringify(statement), JSON.stringify(ledger)];
      await tx.query(
        'insert into reconciliation.decisions values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
        [decisionId, account, kind, ...entries, booked, period, withdraws, actor, approver, reason, now()],
      );
      await tx.query('update reconciliation.accounts set compared = false where account = $1', [account]);
    };
    if (decision.kind === 'lock') {
      await record({ period: await lockable(tx, decision, refuse) });
      return {};
    }
    if (decision.kind === 'withdraw') {
      const { withdraws } = decision;
      const { wasKind } = await withdrawable(tx, decision, refuse);
      await record({ withdraws });
      return wasKind === 'write-off' ? { withdrawnWriteOff: withdraws } : {};
    }
    const booked = decision.kind === 'write-off' ? await bookedBy(tx, decisionId, account) : null;
    const { statement, ledger, difference, period } = await decidable(tx, decision, refuse, booked);
    if (kind === 'match' && difference !== 0n) throw refuse('DifferenceLeft');
    await record({ statement, ledger, booked: booked?.id ?? null, period });
    return {};
  },
});

interface Recorded extends About {
  readonly booked: string | null;
  readonly period: string;
  readonly withdraws: string;
}

/** The account, locked: what is decided about it, and what is compared, come one after the other. */
async function lockAccount(tx: Tx, account: string, refuse: Refuse): Promise<string | null> {
  const [found] = await tx.query<{ ledgerAccount: string | null }>(
    'select ledger_account as "ledgerAccount" from reconciliation.accounts where account = $1 for update',
    [account],
  );
  if (!found) throw refuse('UnknownAccount');
  return found.ledgerAccount;
}

/** What it is about, at least one entry; of a write-off what it has booked too. */
interface Decidable extends About {
  readonly ledgerAccount: string | null;
  readonly currency: string;
  /** Statement less ledger, in minor units, but for what was booked. */
  readonly difference: bigint;
  /** The month that it counts for. */
  readonly period: string;
}

/** Throws what `refuse` makes of the first thing that stands against a decision about entries. */
async function decidable(
  tx: Tx,
  decision: EntryDecision,
  refuse: Refuse,
  booked: Item | null = null,
): Promise<Decidable> {
  const { account, kind } = decision;
  const ledgerAccount = await lockAccount(tx, account, refuse);
  const theirs = await statementItems(tx, account, decision.statement);
  const ours = ledgerAccount === null ? [] : await ledgerItems(tx, ledgerAccount, decision.ledger);
  // Also when one is named twice.
  if (theirs.length < decision.statement.length || ours.length < decision.ledger.length) throw refuse('UnknownItem');
  const items = [...theirs, ...ours];
  const few = kind === 'unmatch' ? theirs.length === 0 || ours.length === 0 : items.length < (kind === 'match' ? 2 : 1);
  if (few) throw refuse('TooFewItems');
  if (items.some(({ currency }) => currency !== items[0]!.currency)) throw refuse('CurrenciesDiffer');

  const standing = await Standing.of(tx, account);
  // Somebody may have come upon what it has booked.
  const about = { statement: theirs.map(seen), ledger: [...ours, ...(booked ? [booked] : [])].map(seen) };
  if (entriesOf(about).some(({ side, entry }) => standing.isSettled(side, entry.id))) throw refuse('PeriodLocked');
  if (contradicts(kind, about, standing)) throw refuse('AlreadyDecided');

  const sum = (of: readonly Item[]): bigint => of.reduce((all, { amountMinor }) => all + amountMinor, 0n);
  const difference = sum(theirs) - sum(ours);
  if (kind === 'write-off' && (difference === 0n || difference !== toMinor(decision.differenceMinor)))
    throw refuse('DifferenceDiffers');
  const last = items.reduce((latest, { date }) => (date > latest ? date : latest), '');
  return { ...about, difference, ledgerAccount, currency: items[0]!.currency, period: standing.periodOf(last) };
}

/** An entry is matched or explained once, and what was parted is not put together: withdraw the one before the other. */
function contradicts(kind: EntryDecision['kind'], about: About, { decisions }: Standing): boolean {
  return decisions.some((other) => {
    const shared = SIDES.filter((side) => about[side].some(({ id }) => other[side].some((each) => each.id === id)));
    if (kind !== 'unmatch' && other.kind !== 'unmatch') return shared.length > 0;
    return kind !== 'explain' && other.kind !== 'explain' && shared.length === SIDES.length;
  });
}

const seen = ({ id, amountMinor, currency }: Item): Seen => ({ id, amountMinor: String(amountMinor), currency });

/** The entry of ours that a write-off has booked. */
async function bookedBy(tx: Tx, decisionId: string, account: string): Promise<Item> {
  const [entry] = await tx.query<{ id: string; ledgerAccount: string }>(
    `select transaction_id || '#' || n as id, account_id as "ledgerAccount"
     from ledger.entries join reconciliation.accounts on ledger_account = account_id
     where transaction_id = $1 and account = $2`,
    [writeOffOf(decisionId), account],
  );
  const [item] = entry ? await ledgerItems(tx, entry.ledgerAccount, [entry.id]) : [];
  if (!item) throw new ContractViolation(`decisions/${decisionId}: nothing is booked for it`);
  return item;
}

async function lockable(
  tx: Tx,
  { account, period }: Of<'lock'>,
  refuse: Refuse<'NoResult' | 'NotCompared'>,
): Promise<string> {
  await lockAccount(tx, account, refuse);
  if ((await Standing.of(tx, account)).isLocked(period)) throw refuse('PeriodLocked');
  const [result] = await tx.query('select from reconciliation.results where account = $1 and period = $2 limit 1', [
    account,
    period,
  ]);
  if (!result) throw refuse('NoResult');
  const [stale] = await tx.query('select from reconciliation.accounts where account = $1 and not compared', [account]);
  if (stale) throw refuse('NotCompared');
  return period;
}

async function withdrawable(
  tx: Tx,
  { account, withdraws }: Of<'withdraw'>,
  refuse: Refuse<'UnknownDecision' | 'AlreadyWithdrawn'>,
): Promise<{ wasKind: Decision['kind'] }> {
  await lockAccount(tx, account, refuse);
  const [found] = await tx.query<{ wasKind: Decision['kind']; stands: boolean }>(
    `select kind as "wasKind", decision_id in (select decision_id from reconciliation.standing) as stands
     from reconciliation.decisions where decision_id = $1 and account = $2 and kind <> 'withdraw'`,
    [withdraws, account],
  );
  if (!found) throw refuse('UnknownDecision');
  if (!found.stands) throw refuse('AlreadyWithdrawn');
  const standing = await Standing.of(tx, account);
  const decision = standing.decisions.find(({ id }) => id === withdraws);
  if (decision && entriesOf(decision).every(({ side, entry }) => standing.isSettled(side, entry.id)))
    throw refuse('PeriodLocked');
  return found;
}

type Of<K extends Decision['kind']> = Extract<Decision, { readonly kind: K }>;
