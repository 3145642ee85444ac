import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { transfers } from '../../contracts/ledger.ts';
import { orders } from '../../contracts/orders.ts';
import { patients, type FhirPatient, type Integration } from '../../contracts/patients.ts';
import { toIntegration } from '../../domain/fhir/patient.ts';
import { seededRandom, wholeBelow } from '../../domain/random.ts';
import type { Pipeline } from '../../kit/contract/pipeline.ts';
import { Conflict } from '../../kit/effects/errors.ts';
import { keyedFingerprint } from '../../kit/effects/fingerprint.ts';
import { start, type Starter } from '../../kit/intake/start.ts';
import { patientKey, type Services } from '../../services.ts';
import type { Inputs } from './inputs.ts';
import { shuffled } from './shuffle.ts';

export interface Delivery {
  readonly kind: 'orders' | 'transfers' | 'patients';
  /** The place in that list of the inputs. */
  readonly at: number;
}

export interface Plan {
  /** Every input once, in a seeded order, with copies of some at seeded later places. */
  readonly first: readonly Delivery[];
  /** Copies that come when everything has ended. */
  readonly late: readonly Delivery[];
  readonly copies: number;
}

const TWICE = 0.3;
/** Of the copies. */
const LATE = 0.2;

export function planDeliveries(inputs: Inputs, seed: number): Plan {
  const random = seededRandom(seed);
  const once = shuffled(
    (['orders', 'transfers', 'patients'] as const).flatMap((kind) => inputs[kind].map((_, at) => ({ kind, at }))),
    random,
  );
  const copied = shuffled(
    once.map((_, place) => place),
    random,
  ).slice(0, Math.round(TWICE * once.length));
  const late = copied.splice(0, Math.round(LATE * copied.length)).map((place) => once[place]!);
  const after = new Map<number, Delivery[]>();
  for (const place of copied) {
    const later = place + wholeBelow(random, once.length - place); // 0: at the same moment, for all one can tell
    after.set(later, [...(after.get(later) ?? []), once[place]!]);
  }
  const first = once.flatMap((delivery, place) => [delivery, ...(after.get(place) ?? [])]);
  return { first, late, copies: copied.length + late.length };
}

/** What the answers to the deliveries were. */
export interface Answers {
  started: number;
  attached: number;
  ended: number;
  conflicts: number;
}
export const noAnswers = (): Answers => ({ started: 0, attached: 0, ended: 0, conflicts: 0 });

const AT_ONCE = 16;
/** A delivery that fails is made again, as any queue does. */
const TRIES = 5;

/** Makes the deliveries, a bounded number at once, and counts the answers. */
export async function deliver(
  deliveries: readonly Delivery[],
  inputs: Inputs,
  services: Services,
  answers: Answers,
  signal: AbortSignal,
): Promise<void> {
  const starters: Record<Delivery['kind'], Starter> = {
    orders: await services.starter(orders),
    transfers: await services.starter(transfers),
    patients: await services.starter(patients),
  };
  const integrate = integrating(services);
  const one = async ({ kind, at }: Delivery): Promise<void> => {
    if (kind === 'orders') await count(starters.orders, orders, inputs.orders[at], answers);
    else if (kind === 'transfers') await count(starters.transfers, transfers, inputs.transfers[at], answers);
    else await count(starters.patients, patients, integrate(inputs.patients[at]!), answers);
  };
  const queue = deliveries.values(); // shared: each takes what is next
  const carry = async (): Promise<void> => {
    for (const delivery of queue) {
      signal.throwIfAborted();
      await one(delivery);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, carry));
}

async function count<P>(starter: Starter, pipeline: Pipeline<P>, payload: unknown, answers: Answers): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      answers[(await start(starter, pipeline, payload)).start]++;
      return;
    } catch (error) {
      if (error instanceof Conflict) {
        answers.conflicts++;
        return;
      }
      if (tries === TRIES) throw error;
      await sleep(200 * tries);
    }
  }
}

/** What is delivered of a patient. */
export function integrating({ config }: Services): (patient: FhirPatient) => Integration {
  const key = patientKey(config);
  const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('hex');
  return (patient) => toIntegration(patient, hmac, keyedFingerprint(key));
}
