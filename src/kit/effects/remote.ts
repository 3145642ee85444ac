import { msToNumber } from '@temporalio/common/lib/time.js';
import type { Activity } from '../contract/activity.ts';
import type { Json, Outcome } from '../contract/outcome.ts';
import type { Probe, RemoteBody } from './body.ts';
import { Burned, InDoubt, Refusal, Transient } from './errors.ts';
import type { Effect, EffectStore, Observe, Witness } from './store.ts';

/** A remote body with its types forgotten, as the protocol sees it. */
export type AnyBody = RemoteBody<Activity, Json>;

/** One remote effect, forward or undo, from intention to settled. */
export interface RemoteCall {
  readonly contract: Activity;
  readonly body: AnyBody;
  readonly attemptAt: (key: string) => never;
  readonly witness: Witness;
  readonly observe: Observe;
  settle(key: string, outcome: Outcome): Promise<Effect>;
  resend: EffectStore<unknown>['resend'];
  renew(key: string): Promise<void>;
}

/**
 * Brings an intended key to its outcome. `fresh`: the intention is of this very attempt, so nothing can have been sent;
 * else an earlier answer is in doubt and is settled first, as the contract says. A refusal is authoritative for the
 * key, not for the attempt: while an earlier send is in doubt, the look-up decides.
 */
export async function deliver(call: RemoteCall, effect: Effect, fresh: boolean): Promise<Effect> {
  const { body, observe } = call;
  const attempt = call.attemptAt(effect.key);
  const finish = async (outcome: Outcome): Promise<Effect> => {
    const settled = await call.settle(effect.key, outcome);
    await observe('committed', effect);
    return settled;
  };
  let sends = 1;
  if (!fresh) {
    const known = await learn(call, effect, attempt);
    if (known === 'lapsed') {
      await call.renew(effect.key);
      throw new Transient('Lapsed', 'it is done anew under the next generation');
    }
    if (known !== 'absent') return finish(known);
    if (!(await call.resend(effect.key, effect.sends))) throw new Transient('Overtaken', 'a twin attempt is sending');
    sends = effect.sends + 1;
  }
  await observe('intended', effect);
  let answer: Json;
  try {
    answer = (await body.send(effect.request, attempt)) as Json;
  } catch (error) {
    if (error instanceof Refusal) {
      // Another attempt may sleep before its send, or have sent: fenced, it cannot apply what is settled as refused here.
      await body.fence?.(effect.request, attempt);
      await observe('fenced', effect);
      const looks = sends > 1 || body.fence !== undefined;
      const known = looks && body.probe ? outcomeOf(await body.probe(effect.request, attempt)) : 'absent';
      return finish(
        typeof known !== 'string' && 'applied' in known
          ? known
          : { refused: { type: error.type, detail: error.detail } },
      );
    }
    const amended = body.amend?.(effect.request, error, sends);
    if (amended !== undefined) await call.resend(effect.key, sends, amended);
    throw error;
  }
  await observe('sent', effect);
  return finish({ applied: answer });
}

/** What became of an earlier send; `absent` when it may be sent again. */
async function learn(
  { contract, body, witness }: RemoteCall,
  effect: Effect,
  attempt: never,
): Promise<Outcome | 'absent' | 'lapsed'> {
  if (body.probe) return outcomeOf(await body.probe(effect.request, attempt));
  const forgotten =
    contract.remembers !== undefined &&
    witness.now().getTime() - effect.intendedAt.getTime() > msToNumber(contract.remembers);
  // Nobody can say whether it happened; unless a person did, by setting the count of sends back to none.
  if (effect.sends > 0 && (contract.remote === 'neither' || forgotten)) throw new InDoubt(effect.key);
  return 'absent';
}

/**
 * Settles a forward effect in doubt on behalf of its undo: fences it at the provider, so that an attempt that sleeps
 * between its intention and its send can no longer take effect, and then looks. Gives false when it never happened.
 */
export async function settleForUndo(call: RemoteCall, effect: Effect): Promise<boolean> {
  const { body } = call;
  const attempt = call.attemptAt(effect.key);
  if (!body.probe || !body.fence) {
    // Keyed: asking again under the key tells, and whatever a sleeper sends later is answered with the same.
    await deliver(call, effect, false);
    return true;
  }
  await body.fence(effect.request, attempt);
  await call.observe('fenced', effect);
  const known = outcomeOf(await body.probe(effect.request, attempt));
  if (typeof known === 'string') return false;
  await call.settle(effect.key, known);
  return true;
}

const outcomeOf = (probe: Probe<unknown, string>): Outcome | 'absent' | 'lapsed' => {
  if (typeof probe === 'string') return probe;
  return 'applied' in probe
    ? { applied: probe.applied as Json }
    : { refused: { type: probe.refused, detail: probe.detail ?? '' } };
};

/** The outcome of a settled key as a value or a throw. */
export function resultOf({ key, state, outcome }: Effect): Json {
  if (state === 'burned') throw new Burned(key, outcome && 'applied' in outcome ? outcome.applied : undefined);
  if (outcome === null) throw new InDoubt(key);
  if ('refused' in outcome) throw new Refusal(outcome.refused.type, outcome.refused.detail);
  return outcome.applied;
}
