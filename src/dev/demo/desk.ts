import { setTimeout as sleep } from 'node:timers/promises';
import { Evenkeel } from '../../client.ts';
import { transfers } from '../../contracts/ledger.ts';
import type { Services } from '../../services.ts';
import type { Inputs } from './inputs.ts';
import type { Given } from './inputs-payments.ts';

const LOOK_MS = 300;

/** Somebody at the desk, who answers every transfer that asks, as the inputs have it; resolves when all have their answer. */
export async function attend({ answers }: Inputs, services: Services, signal: AbortSignal): Promise<void> {
  const evenkeel = new Evenkeel(services);
  await Promise.all(
    [...answers].map(([transferId, given]) => settle(evenkeel, `${transfers.prefix}/${transferId}`, given, signal)),
  );
}

/** Answers a run when it asks; gives up when it has ended without. */
export async function settle(
  evenkeel: Evenkeel,
  workflowId: string,
  { question, choice }: Given,
  signal: AbortSignal,
): Promise<void> {
  const answered = async (): Promise<boolean> => {
    const { progress, inbox } = await evenkeel.show(workflowId);
    const asked = progress?.questions.find((each) => each.question === question);
    if (!asked) return inbox?.state === 'ended';
    const { fingerprint } = asked;
    const decision = { actor: 'demo-checker', reason: 'the script', question, fingerprint, choice };
    await evenkeel.answer(workflowId, decision, 'answer-1'); // the id of all its tries: taken once
    return true;
  };
  // Not started yet, or its worker was killed: it is looked at again.
  while (!(await answered().catch(() => false))) await sleep(LOOK_MS, undefined, { signal });
}
