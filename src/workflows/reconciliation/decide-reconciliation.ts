import {
  recordDecision,
  validateWriteOff,
  type Decided,
  type Decision,
  type WriteOffDecision,
} from '../../contracts/decisions.ts';
import { bookWriteOff, takeBackWriteOff, type WriteOff } from '../../contracts/write-offs.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { outcome, saga, type Step } from '../../kit/workflow/saga.ts';
import { byAnother } from '../by-another.ts';
import { compared } from './compared.ts';

/**
 * What a person has decided about the breaks of an account, or about a month of it: recorded (the pivot), and compared
 * and published anew. An amount that is written off is approved by somebody else above a limit, and booked before.
 */
export async function decideReconciliation(decision: Decision): Promise<Ended<Decided>> {
  return saga(async (step) => {
    const { decisionId, account } = decision;
    const approver = decision.kind === 'write-off' ? await writeOff(step, decision) : undefined;
    const { withdrawnWriteOff: withdraws } = await step.pivot(recordDecision, {
      ...decision,
      ...(approver === undefined ? {} : { approver }),
    });
    if (withdraws !== undefined) await step(takeBackWriteOff, { decisionId, withdraws });
    return { breaks: await compared(step, { decisionId, account }) };
  });
}

/** Books what is written off; gives who approved of it, where somebody had to. */
async function writeOff(step: Step, decision: WriteOffDecision): Promise<string | undefined> {
  const { writeOff: booking, approval } = await step(validateWriteOff, decision);
  const approver = approval ? await approved(step, decision, booking) : undefined;
  await step(bookWriteOff, booking);
  return approver;
}

async function approved(step: Step, decision: WriteOffDecision, booking: WriteOff): Promise<string> {
  const { account, actor, reason, statement, ledger } = decision;
  const shown = { account, actor, reason, statement, ledger, booking };
  const answer = await step.ask('approval', shown, ['approve', 'reject'], { reject: byAnother(actor) });
  if (answer.choice === 'reject') throw outcome('NotApproved');
  return answer.actor;
}
