import { PAYLOAD_LIMIT_BYTES, type Activity } from '../contract/activity.ts';
import type { Json, Outcome } from '../contract/outcome.ts';
import type { Binding, Bound } from './bind.ts';
import { ContractViolation, Refusal, Transient } from './errors.ts';
import { checked, within, withoutVolatile } from './fingerprint.ts';
import { deliver, resultOf, settleForUndo, type AnyBody, type RemoteCall } from './remote.ts';
import {
  appliedOf,
  matching,
  undoBase,
  undoneBy,
  type Claim,
  type Effect,
  type UndoAct,
  type Witness,
} from './store.ts';

/** One attempt, checked and keyed. */
export interface Run {
  readonly own: Bound;
  readonly forward: Bound | undefined;
  readonly input: unknown;
  readonly raw: unknown;
  readonly claim: Claim;
  readonly witness: Witness;
  readonly binding: Binding<unknown>;
}

export type Done = { value: Json; event: 'applied' | 'undone' | 'replayed' | 'looked' };

/** Brings one attempt to its outcome, in whatever store. */
export async function run(r: Run): Promise<Done> {
  const { contract, body } = r.own;
  if ('undoes' in contract) return undo(r);
  if (typeof body !== 'function') return remote(r);
  const call = (tx: unknown, key: string): Promise<Json> =>
    body(r.input, { ...attemptAt(contract, key, r.binding), tx, witness: r.witness }).then((output) =>
      outputOf(contract, output),
    );
  if (contract.reads) return { value: await call(r.binding.store.reader, r.claim.base), event: 'looked' };
  const effect = await r.binding.store.once(r.claim, r.witness, call);
  return { value: resultOf(effect), event: effect.fresh ? 'applied' : 'replayed' };
}

async function remote(r: Run): Promise<Done> {
  const { contract, body } = r.own as { contract: Activity; body: AnyBody };
  const { store } = r.binding;
  const { key, effect: found } = await store.find(r.claim.base);
  // An intention is recorded once, by whoever comes first; whoever comes second takes the request that was recorded.
  const prepare = async (): Promise<(Effect & { fresh: boolean }) | 'outdated'> => {
    const request = await body.request(r.input, attemptAt(contract, key, r.binding) as never);
    await r.binding.observe('prepared', { activity: contract.name, key });
    return store.intend(r.claim, key, request, r.witness);
  };
  const effect = found ? { ...matching(found, r.claim), fresh: false } : await prepare();
  if (effect === 'outdated') return remote(r);
  if (effect.state !== 'intended') return { value: resultOf(effect), event: 'replayed' };
  return { value: resultOf(await deliver(callOf(r, r.own), effect, effect.fresh)), event: 'applied' };
}

/** Undoes in whatever store, settling first what is in doubt. */
async function undo(r: Run): Promise<Done> {
  const { contract } = r.own;
  const { store } = r.binding;
  const forward = r.forward;
  if (!forward) throw new ContractViolation(`${contract.name} undoes no activity of its module`);
  const claim: Claim = {
    base: forward.contract.key(r.input),
    activity: forward.contract.name,
    fingerprint: r.binding.fingerprint(withoutVolatile(r.raw, forward.contract.volatile)),
  };
  for (;;) {
    const { effect: done } = await store.find(claim.base);
    const effect = await store.undo(claim, r.claim, r.witness, await actOf(r, done));
    if (effect === 'forward-applied') continue; // it was settled between our look and the lock
    if (effect === 'forward-in-doubt') {
      const { effect: intended } = await store.find(claim.base);
      if (intended?.state !== 'intended') continue;
      if (!(await settleForUndo(callOf(r, forward), intended))) await store.burn(intended.key, r.witness);
      continue;
    }
    if (effect.state !== 'intended') return { value: resultOf(effect), event: 'undone' };
    const settle = (key: string, outcome: Outcome): Promise<Effect> =>
      store.settleUndo(
        undoneBy(claim, r.claim, effect),
        key,
        'applied' in outcome ? { applied: { undone: true } } : outcome,
        r.witness,
      );
    return { value: resultOf(await deliver({ ...callOf(r, r.own), settle }, effect, effect.fresh)), event: 'undone' };
  }
}

/** How this undo is done, given what its forward came to. */
async function actOf(r: Run, forward: Effect | undefined): Promise<UndoAct<unknown> | undefined> {
  const { contract, body } = r.own;
  if (typeof body === 'function') {
    const { witness } = r;
    const work = async (tx: unknown, outcome: Json, key: string): Promise<void> =>
      void (await body(r.input, { ...attemptAt(contract, key, r.binding), tx, witness, outcome } as never));
    return { work };
  }
  if (forward?.state !== 'applied') return undefined;
  const { key } = await r.binding.store.find(undoBase(r.claim.base, forward));
  const request = await body.request(r.input, {
    ...attemptAt(contract, key, r.binding),
    outcome: appliedOf(forward),
  } as never);
  return { request, key };
}

const callOf = (r: Run, { contract, body }: Bound): RemoteCall => ({
  contract,
  body: body as AnyBody,
  attemptAt: (key) => attemptAt(contract, key, r.binding) as never,
  witness: r.witness,
  observe: r.binding.observe,
  settle: (key, outcome) =>
    r.binding.store.settle(
      key,
      'applied' in outcome ? { applied: outputOf(contract, outcome.applied) } : outcome,
      r.witness,
    ),
  resend: (key, sends, request) => r.binding.store.resend(key, sends, request),
  renew: (key) => r.binding.store.renew(key, r.witness),
});

/** What a body may do beside its work: read the clock, and fail as declared. */
function attemptAt(contract: Activity, key: string, { clock }: Binding<unknown>): object {
  return {
    key,
    now: clock,
    refuse: (type: string, detail?: string) => declared(contract, type, 'refused', new Refusal(type, detail)),
    retry: (type: string, detail?: string) => declared(contract, type, 'retry', new Transient(type, detail)),
  };
}

function declared(contract: Activity, type: string, fate: string, error: Error): Error {
  return contract.errors[type] === fate ? error : new ContractViolation(`${contract.name} declares no ${fate} ${type}`);
}

function outputOf(contract: Activity, value: unknown): Json {
  const output = checked(contract.output, value, `${contract.name} output`) as Json;
  within(PAYLOAD_LIMIT_BYTES, output, `${contract.name} output`);
  return output;
}
