import { setTimeout as sleep } from 'node:timers/promises';
import { transfers } from '../../../src/contracts/ledger.ts';
import { orders } from '../../../src/contracts/orders.ts';
import { patients } from '../../../src/contracts/patients.ts';
import { integrating } from '../../../src/dev/demo/deliveries.ts';
import { workflowIdOf, type Pipeline } from '../../../src/kit/contract/pipeline.ts';
import { Conflict } from '../../../src/kit/effects/errors.ts';
import { start } from '../../../src/kit/intake/start.ts';
import type { Services } from '../../../src/services.ts';
import type { SoakInputs } from './inputs.ts';
import type { Plan } from './plan.ts';
import { patiently, type Progress } from './progress.ts';
import type { Tally } from './tally.ts';

/** A run's payload as it is delivered, and what it is known by. */
export interface Message {
  readonly pipeline: Pipeline;
  readonly payload: unknown;
  readonly workflowId: string;
}

/** How many deliveries were answered as they must be. */
export interface Answers {
  /** Of a run's own payload: it was started, or met the run or its fate. */
  own: number;
  /** Of another payload: it was rejected. */
  other: number;
}

/** The messages of all runs, in the order of their first delivery. */
export function messagesOf({ runs, ...inputs }: SoakInputs, services: Services): Message[] {
  const integration = integrating(services);
  const message = <P>(pipeline: Pipeline<P>, payload: P): Message => ({
    pipeline,
    payload,
    workflowId: workflowIdOf(pipeline, payload),
  });
  return runs.map(({ kind, at }) => {
    if (kind === 'orders') return message(orders, inputs.orders[at]!);
    if (kind === 'transfers') return message(transfers, inputs.transfers[at]!);
    return message(patients, integration(inputs.patients[at]!));
  });
}

const AT_ONCE = 8;
/** Runs under way: enough to keep two workers busy while one of them is replaced, few enough for the server's memory. */
const OPEN = 80;

const CAME = { started: 'started it', attached: 'met the run', ended: 'met its fate', rejected: 'rejected' } as const;

/** Delivers every run, and what the plan delivers again, no more than so many runs being open. */
export async function deliver(
  messages: readonly Message[],
  plan: Plan['deliveries'],
  services: Pick<Services, 'starter'>,
  progress: Pick<Progress, 'ended' | 'until'>,
  signal: AbortSignal,
  tally: Tally,
): Promise<Answers> {
  const answers: Answers = { own: 0, other: 0 };
  const open = Math.min(OPEN, Math.ceil(messages.length / 4));
  const firsts = new Map<number, Promise<void>>();
  const again = (place: number): Plan['deliveries'] => plan.filter((delivery) => delivery.place === place);
  let begun = 0;

  const one = async ({ pipeline, payload }: Message, whose: keyof Answers): Promise<string> => {
    const answer = await patiently(signal, async () => {
      try {
        return (await start(await services.starter(pipeline), pipeline, payload)).start;
      } catch (error) {
        if (error instanceof Conflict) return 'rejected';
        throw error;
      }
    });
    if ((answer === 'rejected') === (whose === 'other')) answers[whose]++;
    return CAME[answer];
  };
  const further = async ({ kind, run }: Plan['deliveries'][number]): Promise<void> => {
    const message = messages[run]!;
    if (kind === 'delivered twice') return tally.add(kind, await one(message, 'own'));
    await firsts.get(run); // whose payload it is, is settled: this one is the other
    tally.add(kind, await one({ ...message, payload: otherThan(message.payload) }, 'other'));
  };
  const carry = async (): Promise<void> => {
    for (;;) {
      while (begun - progress.ended >= open) await sleep(20, undefined, { signal });
      if (begun === messages.length) return;
      const place = begun++; // taken only now: whoever has to wait lets nobody overtake it
      const first = one(messages[place]!, 'own').then(() => void tally.started.add(place));
      firsts.set(place, first);
      await Promise.all([first, ...again(place).map(further)]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, carry));
  await progress.until(signal, () => progress.ended === messages.length);
  for (const late of again(messages.length)) await further(late);
  return answers;
}

/** The same order, of which somebody wants one more. */
function otherThan(payload: unknown): unknown {
  const order = payload as (typeof orders)['payload']['_output'];
  const [first, ...rest] = order.lines;
  return { ...order, lines: [{ ...first!, quantity: first!.quantity + 1 }, ...rest] };
}
