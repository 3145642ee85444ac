import type { InputOf } from '../../kit/contract/activity.ts';
import { publishResult, reconcileAccount } from '../../contracts/reconciliation.ts';
import type { Step } from '../../kit/workflow/saga.ts';

/** Compares an account with the ledger, and publishes what came of each month; gives what waits for a person. */
export async function compared(step: Step, cause: InputOf<typeof reconcileAccount>): Promise<number> {
  const { account } = cause;
  const { results, breaks } = await step(reconcileAccount, cause);
  for (const { period, n } of results) await step(publishResult, { account, period, n });
  return breaks;
}
