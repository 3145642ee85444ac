import { holdFunds, postTransfer, SETTLE_HOLD, type Reservation, type Reserved } from '../../contracts/ledger.ts';
import { MINOR_UNITS } from '../../kit/contract/money.ts';
import type { Answer, Ended } from '../../kit/contract/updates.ts';
import { outcome, saga } from '../../kit/workflow/saga.ts';
import { byAnother } from '../by-another.ts';

/**
 * A two-phase transfer: held until somebody posts it, whole or in part, or voids it; else it expires. Above the amount
 * that needs an approval, who posts it is not who entered it.
 */
export async function reserveFunds({ expiresAfterSeconds, ...transfer }: Reservation): Promise<Ended<Reserved>> {
  return saga(async (step) => {
    const { transferId, amountMinor, currency, maker } = transfer;
    const another = byAnother(maker);
    const { approval = false } = await step(holdFunds, transfer);
    const answer = await step.ask(SETTLE_HOLD.question, { amountMinor, currency }, SETTLE_HOLD.choices, {
      patience: [expiresAfterSeconds * 1_000],
      reject: (given) =>
        partOf(amountMinor)(given) ?? (approval && given.choice === 'post' ? another(given) : undefined),
    });
    if (answer === undefined) throw outcome('Expired');
    if (answer.choice === 'void') throw outcome('Voided');
    const postedMinor = (answer.value as string | undefined) ?? amountMinor;
    const { transactionId } = await step.pivot(postTransfer, { ...transfer, postMinor: postedMinor });
    return { transferId, transactionId, postedMinor };
  });
}

/** An amount comes only with a posting, and is at most what is held. */
const partOf =
  (held: string) =>
  ({ choice, value }: Answer): string | undefined => {
    if (value === undefined) return undefined;
    if (choice !== 'post') return 'only a posting has an amount';
    const fits =
      typeof value === 'string' && MINOR_UNITS.test(value) && BigInt(value) > 0n && BigInt(value) <= BigInt(held);
    return fits ? undefined : 'an amount in minor units, as digits, of at most what is held';
  };
