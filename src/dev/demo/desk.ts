import { setTimeout as sleep } from 'node:timers/promises';
import { Evenkeel } from '../../client.ts';
import { transfers } from '../../contracts/ledger.ts';
import type { Services } from '../../services.ts';
import type { Inputs } from './inputs.ts';

const LOOK_MS = 300;

/** Somebody at the desk, who answers every transfer that asks, as the inputs have it; resolves when all have their answer. */
export async function attend({ answers }: Inputs, services: Services, signal: AbortSignal): Promise<void> {
  const evenkeel = new Evenkeel(services);
  const answered = async (transferId: string): Promise<boolean> => {
    const workflowId = `${transfers.prefix}/${transferId}`;
    const { question, choice } = answers.get(transferId)!;
    const { progress } = await evenkeel.show(workflowId);
    const asked = progress?.questions.find((each) => each.question === question);
    if (!asked) return false;
    const { fingerprint } = asked;
    const decision = { actor: 'demo-checker', reason: 'the script', question, fingerprint, choice };
    await evenkeel.answer(workflowId, decision, 'answer-1'); // the id of all its tries: taken once
    return true;
  };
  await Promise.all(
    [...answers.keys()].map(async (transferId) => {
      // Not started yet, or its worker was killed: it is looked at again.
      while (!(await answered(transferId).catch(() => false))) await sleep(LOOK_MS, undefined, { signal });
    }),
  );
}
