import { checkTrialBalance, trialBalances, type Checked } from '../../contracts/trial-balance.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { scheduled } from '../../kit/workflow/scheduled.ts';

/** Draws up the trial balance at the times of a schedule. What does not balance is a question that stays open until a person takes note. */
export async function checkBooks(): Promise<Ended<Checked>> {
  return scheduled(trialBalances, async (step, tick) => {
    const { accounts, wrong, first } = await step(checkTrialBalance, tick);
    if (wrong === 0) return { accounts, wrong, acknowledgedBy: null };
    const { actor } = await step.ask('discrepancy', { wrong, first }, ['acknowledge']);
    return { accounts, wrong, acknowledgedBy: actor };
  });
}
