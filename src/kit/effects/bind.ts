import { Context } from '@temporalio/activity';
import { KEY, KEY_LIMIT, PAYLOAD_LIMIT_BYTES, undoOf, type Activity } from '../contract/activity.ts';
import { FAILURE, type Json } from '../contract/outcome.ts';
import type { Implementation } from './body.ts';
import { ContractViolation } from './errors.ts';
import { eventOf, failureOf, traceOf } from './failure.ts';
import { canonicalJson, checked, within, withoutVolatile, type Fingerprint } from './fingerprint.ts';
import { run } from './protocol.ts';
import type { AnyBody } from './remote.ts';
import type { AuditEvent, Claim, EffectStore, Observe, Witness } from './store.ts';

/** What a step reports when it is over: one JSON log line. Ids and codes only. */
export interface StepLine {
  readonly pipeline: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly activity: string;
  readonly key: string;
  readonly attempt: number;
  readonly outcome: string;
  readonly ms: number;
  /** Of an unexpected error: class, code and stack frames, never its message. */
  readonly error?: string;
}

export interface Binding<Tx> {
  readonly pipeline: string;
  readonly store: EffectStore<Tx>;
  readonly fingerprint: Fingerprint;
  readonly clock: () => Date;
  readonly observe: Observe;
  readonly log: (line: StepLine) => void;
}

export type ActivityFunction = (raw: unknown) => Promise<Json>;

type LocalBody<Tx> = (input: unknown, attempt: { tx: Tx; witness: Witness }) => Promise<unknown>;
export interface Bound {
  readonly contract: Activity;
  readonly body: LocalBody<unknown> | AnyBody;
}

/**
 * Binds contracts to code: input and output are checked, every effect is keyed, every error is declared, every attempt
 * gives a sign of life. The result is what a Temporal worker takes as its activities.
 */
export function bind<C extends object, Tx>(
  contracts: C,
  bodies: Implementation<C, Tx>,
  binding: Binding<Tx>,
): Record<string, ActivityFunction> {
  const bound = new Map<string, Bound>();
  for (const [name, body] of Object.entries(bodies)) {
    const contract = (contracts as Record<string, Activity>)[name]!;
    if (typeof body === 'object' && contract.remote === 'probeable' && !(body as AnyBody).probe)
      throw new TypeError(`${name} is declared probeable and has no probe`);
    bound.set(contract.name, { contract, body: body as Bound['body'] });
  }
  const forwardOf = (undo: Activity): Bound | undefined =>
    [...bound.values()].find(({ contract }) => undoOf(contract)?.name === undo.name);
  return Object.fromEntries(
    [...bound.values()].map((own) => [
      own.contract.name,
      (raw: unknown) => attempt(own, forwardOf(own.contract), raw, binding),
    ]),
  );
}

async function attempt(own: Bound, forward: Bound | undefined, raw: unknown, binding: Binding<unknown>): Promise<Json> {
  const { info, heartbeat } = signs();
  const began = performance.now();
  const { contract } = own;
  let key = '';
  const said = (outcome: string, error?: unknown): void =>
    binding.log({
      pipeline: binding.pipeline,
      workflowId: info.workflowExecution?.workflowId ?? '',
      runId: info.workflowExecution?.runId ?? '',
      activity: contract.name,
      key,
      attempt: info.attempt,
      outcome,
      ms: Math.round(performance.now() - began),
      ...(error === undefined ? {} : { error: traceOf(error) }),
    });
  try {
    within(PAYLOAD_LIMIT_BYTES, raw as Json, `${contract.name} input`);
    const input = checked(contract.input, raw, `${contract.name} input`);
    key = contract.key(input);
    if (key.length > KEY_LIMIT)
      throw new ContractViolation(`${contract.name} key: ${key.length} characters, the limit is ${KEY_LIMIT}`);
    if (!KEY.test(key)) throw new ContractViolation(`${contract.name} key: not segments of ${KEY.source}`);
    await binding.observe('received', { activity: contract.name, key });
    // The fingerprint is of the payload as received, not as parsed: absent stays absent.
    const claim: Claim = {
      base: key,
      activity: contract.name,
      fingerprint: binding.fingerprint(withoutVolatile(raw, contract.volatile)),
    };
    const result = await run({
      own,
      forward,
      input,
      raw,
      claim,
      witness: witnessOf(binding, info, contract.actor?.(input) ?? binding.pipeline),
      binding,
    });
    await binding.observe(result.event, { activity: contract.name, key });
    said(result.event);
    return result.value;
  } catch (error) {
    const failure = failureOf(error);
    await binding.observe(eventOf(error), { activity: contract.name, key });
    said(failure.type ?? FAILURE.unexpected, failure.type === FAILURE.unexpected ? error : undefined);
    throw failure;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Remote-queue attempts say that they live, so that a dead worker is noticed in seconds and not after `attempt`. */
function signs(): { info: Context['info']; heartbeat: NodeJS.Timeout | undefined } {
  const context = Context.current();
  const timeout = context.info.heartbeatTimeoutMs;
  if (timeout === undefined || timeout === 0) return { info: context.info, heartbeat: undefined };
  return { info: context.info, heartbeat: setInterval(() => context.heartbeat(), timeout / 3) };
}

function witnessOf({ clock, fingerprint }: Binding<unknown>, info: Context['info'], actor: string): Witness {
  const { workflowId = 'none', runId = '' } = info.workflowExecution ?? {};
  return {
    subject: workflowId,
    now: clock,
    entry: (event: AuditEvent, { key, activity, fingerprint: received, outcome }) =>
      canonicalJson({
        event,
        key,
        activity,
        workflowId,
        runId,
        attempt: info.attempt,
        actor,
        fingerprint: received,
        outcome: outcome === null ? null : fingerprint(outcome),
        at: clock().toISOString(),
      }),
  };
}
