import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { transfers } from '../../../src/contracts/ledger.ts';
import { orders } from '../../../src/contracts/orders.ts';
import { patients } from '../../../src/contracts/patients.ts';
import { toIntegration } from '../../../src/domain/fhir/patient.ts';
import { workflowIdOf, type Pipeline } from '../../../src/kit/contract/pipeline.ts';
import { Conflict } from '../../../src/kit/effects/errors.ts';
import { keyedFingerprint } from '../../../src/kit/effects/fingerprint.ts';
import { start } from '../../../src/kit/intake/start.ts';
import { patientKey, type Services } from '../../../src/services.ts';
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

/** What the answers to the deliveries were. */
export interface Answers {
  started: number;
  attached: number;
  ended: number;
  conflicts: number;
}

/** The messages of all runs, in the order of their first delivery. */
export function messagesOf({ runs, ...inputs }: SoakInputs, { config }: Services): Message[] {
  const key = patientKey(config);
  const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  const message = <P>(pipeline: Pipeline<P>, payload: P): Message => ({
    pipeline,
    payload,
    workflowId: workflowIdOf(pipeline, payload),
  });
  return runs.map(({ kind, at }) => {
    if (kind === 'orders') return message(orders, inputs.orders[at]!);
    if (kind === 'transfers') return message(transfers, inputs.transfers[at]!);
    return message(patients, toIntegration(inputs.patients[at]!, hmac, keyedFingerprint(key)));
  });
}

const AT_ONCE = 8;
/** Runs under way: enough to keep two workers busy while one of them is replaced, few enough for the server's memory. */
const OPEN = 80;

const CAME = { started: 'started it', attached: 'met the run', ended: 'met its fate', conflicts: 'rejected' } as const;

/** Delivers every run, and what the plan delivers again, no more than so many runs being open. */
export async function deliver(
  messages: readonly Message[],
  plan: Plan['deliveries'],
  services: Services,
  progress: Progress,
  signal: AbortSignal,
  tally: Tally,
): Promise<Answers> {
  const answers: Answers = { started: 0, attached: 0, ended: 0, conflicts: 0 };
  const open = Math.min(OPEN, Math.ceil(messages.length / 4));
  const firsts = new Map<number, Promise<void>>();
  const again = (place: number): Plan['deliveries'] => plan.filter((delivery) => delivery.place === place);
  let begun = 0;

  const one = async ({ pipeline, payload }: Message): Promise<keyof Answers> => {
    const answer = await patiently(signal, async () => {
      try {
        return (await start(await services.starter(pipeline), pipeline, payload)).start;
      } catch (error) {
        if (error instanceof Conflict) return 'conflicts';
        throw error;
      }
    });
    answers[answer]++;
    return answer;
  };
  const further = async ({ kind, run }: Plan['deliveries'][number]): Promise<void> => {
    const message = messages[run]!;
    if (kind === 'delivered twice') return tally.add(kind, CAME[await one(message)]);
    await firsts.get(run); // whose payload it is, is settled: this one is the other
    tally.add(kind, CAME[await one({ ...message, payload: otherThan(message.payload) })]);
  };
  const places = messages.keys();
  const carry = async (): Promise<void> => {
    for (const place of places) {
      while (begun - progress.ended >= open) await sleep(20, undefined, { signal });
      begun++;
      const first = one(messages[place]!).then(() => void tally.started.add(place));
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
