import { CHARGE_MINOR, WRITE_OFF } from './bank.ts';
import { check, sum, type Check } from './check.ts';
import type { RailLedger } from '../simulators/control.ts';
import type { TransferEnd } from './ends.ts';
import type { Inputs } from './inputs.ts';
import { CHARGES, CLEARING, NOSTRO } from './inputs-payments.ts';
import { allMoney, BANK } from './inputs-transfers.ts';
import { differing } from './proof-orders.ts';

/** Double entry: every account to the penny, and nothing out of nothing. */
export function ledgerChecks({ accounts }: Inputs, ends: readonly TransferEnd[]): Check[] {
  const good = ends.filter(({ fate }) => fate === 'completed');
  const rejected = good.filter(({ payment }) => payment === 'rejected').length;
  const settled = good.filter(({ payment }) => payment === 'settled');
  const balances = new Map([...accounts, [BANK, -allMoney(accounts)], [CLEARING, 0], [NOSTRO, 0], [CHARGES, 0]]);
  const move = (account: string, minor: number): unknown => balances.set(account, balances.get(account)! + minor);
  for (const { transfer, minor, payment } of good) {
    if (payment === 'rejected') continue; // booked, and booked back
    move(transfer.debtor, -minor);
    move(transfer.creditor ?? NOSTRO, minor);
  }
  move(CHARGES, -CHARGE_MINOR);
  move(NOSTRO, CHARGE_MINOR);
  const at = 'ledger';
  return [
    check(at, 'transfers booked', good.length, ({ ledger }) => ledger.transfers),
    check(at, 'reversals', rejected, ({ ledger }) => ledger.reversals),
    check(at, 'settlements', settled.length, ({ ledger }) => ledger.settlements),
    check(at, 'write-offs', 1, ({ ledger }) => ledger.writeOffs),
    ...[...balances].map(([account, minor]) =>
      check(at, `balance of ${account}, pence`, minor, (far) => far.accounts.get(account) ?? Number.NaN),
    ),
    check(at, 'accounts', balances.size, (far) => far.accounts.size),
    check(at, 'sum of all entries', 0, ({ ledger }) => ledger.sum),
    check(at, 'debits less credits, pence', 0, ({ ledger }) => ledger.debits - ledger.credits),
    check(at, 'discrepancies', 0, ({ ledger }) => ledger.discrepancies),
    check(at, 'holds still held', 0, ({ ledger }) => ledger.held),
    check('S3', 'advices', good.length, ({ advices }) => new Set(advices.map(({ path }) => path)).size),
    check('S3', 'versions of advices', good.length, ({ advices }) => advices.length),
  ];
}

/** What the rail took, told by its own ledger; and what people had to say first. */
export function paymentChecks({ answers }: Inputs, ends: readonly TransferEnd[]): Check[] {
  const sent = ends.filter(({ payment }) => payment !== null);
  const settled = sent.filter(({ payment }) => payment === 'settled');
  const owed = new Map(sent.map(({ transfer, minor }) => [transfer.transferId, minor]));
  const said = [...answers.values(), WRITE_OFF].map(({ question, choice }) => `${question} ${choice}`);
  const at = 'rail';
  return [
    check(at, 'payments accepted', sent.length, ({ rail }) => rail.payments.length),
    check(at, 'payments rejected late', sent.length - settled.length, ({ rail }) => withStatus(rail, 'RJCT').length),
    check(at, 'payments settled', settled.length, ({ rail }) => withStatus(rail, 'ACSC').length),
    check(
      at,
      'settled, pence',
      sum(settled, ({ minor }) => minor),
      ({ rail }) => sum(withStatus(rail, 'ACSC'), ({ amountMinor }) => Number(amountMinor)),
    ),
    check(at, 'payments of another sum than wanted', 0, ({ rail }) =>
      differing(owed, new Map(rail.payments.map((of) => [of.instructionId, Number(of.amountMinor)]))),
    ),
    ...[...new Set(said)].map((what) =>
      check(
        'kit.decisions',
        `answered: ${what}`,
        said.filter((each) => each === what).length,
        (far) => far.decided.get(what) ?? 0,
      ),
    ),
  ];
}

const withStatus = ({ payments }: RailLedger, status: string): RailLedger['payments'] =>
  payments.filter((payment) => payment.status === status);
