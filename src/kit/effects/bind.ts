import { Context } from '@temporalio/activity';
import {
  KEY,
  KEY_LIMIT,
  PAYLOAD_LIMIT_BYTES,
  undoOf,
  type Activity,
  type InputOf,
  type OutputOf,
} from '../contract/activity.ts';
import { FAILURE, type Json } from '../contract/outcome.ts';
import type { ForwardBody, Implementation } from './body.ts';
import { ContractViolation } from './errors.ts';
import { eventOf, failureOf, traceOf } from './failure.ts';
import { canonicalJson, checked, within, withoutVolatile, type Fingerprint } from './fingerprint.ts';
import { run, type Done } from './protocol.ts';
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
      (raw: unknown) => asActivity((caller) => attempt(own, forwardOf(own.contract), raw, binding, caller)),
    ]),
  );
}

/**
 * Does one effect for a person's command, outside of any run: checked, keyed, recorded and audited (in the chain of
 * `workflowId`) like that of an activity, here or at a remote side. `fresh`: by this very call. It throws what its body
 * throws; a remote one whose answer was lost is settled when the command is repeated.
 */
export async function command<A extends Activity, Tx>(
  contract: A,
  body: ForwardBody<A, Tx>,
  binding: Binding<Tx>,
  workflowId: string,
  input: InputOf<A>,
): Promise<{ value: OutputOf<A>; fresh: boolean }> {
  const own = { contract, body: body as Bound['body'] };
  const { value, event } = await attempt(own, undefined, input, binding, { workflowId, runId: '', attempt: 1 });
  return { value: value as OutputOf<A>, fresh: event !== 'replayed' };
}

/** For whom an attempt is made. A command has no run. */
interface Caller {
  readonly workflowId: string;
  readonly runId: string;
  readonly attempt: number;
}

/** An attempt as Temporal has it: who calls is in its context, and what fails becomes a failure of Temporal's. */
async function asActivity(act: (caller: Caller) => Promise<Done>): Promise<Json> {
  const context = Context.current();
  const { workflowExecution, attempt, heartbeatTimeoutMs } = context.info;
  // Remote-queue attempts say that they live, so that a dead worker is noticed in seconds and not after `attempt`.
  const signs = heartbeatTimeoutMs ? setInterval(() => context.heartbeat(), heartbeatTimeoutMs / 3) : undefined;
  const { workflowId = 'none', runId = '' } = workflowExecution ?? {};
  try {
    return (await act({ workflowId, runId, attempt })).value;
  } catch (error) {
    throw failureOf(error);
  } finally {
    clearInterval(signs);
  }
}

async function attempt(
  own: Bound,
  forward: Bound | undefined,
  raw: unknown,
  binding: Binding<unknown>,
  caller: Caller,
): Promise<Done> {
  const began = performance.now();
  const { contract } = own;
  let key = '';
  const said = (outcome: string, error?: unknown): void =>
    binding.log({
      pipeline: binding.pipeline,
      ...caller,
      activity: contract.name,
      key,
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
    const done = await run({
      own,
      forward,
      input,
      raw,
      claim,
      witness: witnessOf(binding, caller, contract.actor?.(input) ?? binding.pipeline),
      binding,
    });
    await binding.observe(done.event, { activity: contract.name, key });
    said(done.event);
    return done;
  } catch (error) {
    const type = failureOf(error).type ?? FAILURE.unexpected;
    await binding.observe(eventOf(error), { activity: contract.name, key });
    said(type, type === FAILURE.unexpected ? error : undefined);
    throw error;
  }
}

function witnessOf({ clock, fingerprint }: Binding<unknown>, caller: Caller, actor: string): Witness {
  return {
    subject: caller.workflowId,
    now: clock,
    entry: (event: AuditEvent, { key, activity, fingerprint: received, outcome }) =>
      canonicalJson({
        event,
        key,
        activity,
        ...caller,
        actor,
        fingerprint: received,
        outcome: outcome === null ? null : fingerprint(outcome),
        at: clock().toISOString(),
      }),
  };
}
