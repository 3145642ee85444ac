import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { InternalWorkflowStartOptionsSymbol } from '@temporalio/client/lib/internal.js';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/common';
import { RUN_ID, workflowIdOf, type Pipeline } from '../contract/pipeline.ts';
import { PAYLOAD_LIMIT_BYTES } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import { Conflict, ContractViolation } from '../effects/errors.ts';
import { canonicalJson, checked, within, type Fingerprint } from '../effects/fingerprint.ts';
import { latestOf, type Execution } from './execution.ts';
import type { Inbox, Kept, Received } from './inbox.ts';

/** What starting needs. `client` carries the pipeline's data converter. */
export interface Starter {
  readonly client: Client;
  readonly inbox: Inbox;
  readonly fingerprint: Fingerprint;
  /** How a payload is kept at rest: as it is, or sealed. */
  readonly atRest: (payload: Json) => Json;
  readonly fromRest: (kept: Json) => Json;
  readonly clock: () => Date;
}

/** Where a delivery led: to a new run, to the one there is, or to the fate that one had. */
export type Started =
  | { readonly start: 'started' | 'attached'; readonly workflowId: string; readonly runId: string | null }
  | {
      readonly start: 'ended';
      readonly workflowId: string;
      readonly fate: Received['fate'];
      readonly reason: string | null;
      readonly result: Json;
    };

const attribute = (name: string): ReturnType<typeof defineSearchAttributeKey<typeof SearchAttributeType.KEYWORD>> =>
  defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/**
 * Starts a pipeline for a payload, exactly once a business id. A duplicate attaches to the run, or is answered with
 * its recorded fate however old; another payload under the same id throws `Conflict`, naming both fingerprints. The
 * inbox row is committed first: whatever fails after that, the sweeper starts it.
 */
export async function start<P>(starter: Starter, pipeline: Pipeline<P>, raw: unknown): Promise<Started> {
  const payload = checked(pipeline.payload, raw, `${pipeline.name} payload`);
  within(PAYLOAD_LIMIT_BYTES, raw as Json, `${pipeline.name} payload`);
  const workflowId = workflowIdOf(pipeline, payload);
  const businessId = pipeline.businessId(payload);
  if (!RUN_ID.test(businessId))
    throw new ContractViolation(`${pipeline.name} payload: the business id is not ${RUN_ID.source}`);
  const fingerprint = starter.fingerprint(raw);
  const received = await starter.inbox.receive({
    workflowId,
    businessId,
    fingerprint,
    pipeline: pipeline.name,
    workflow: pipeline.workflow,
    payload: starter.atRest(JSON.parse(canonicalJson(raw)) as Json),
    summary: pipeline.summary(payload),
    at: starter.clock(),
  });
  if (received.fingerprint !== fingerprint) throw new Conflict(workflowId, received.fingerprint, fingerprint);
  if (received.state === 'ended') return endedAs(received);
  return startReceived(starter, received, raw as Json, received.fresh ? 'started' : 'attached');
}

/** The payload that the inbox kept, opened. Throws `ContractViolation` when it is not the one that was received. */
export function openedPayload({ fromRest, fingerprint }: Starter, { workflowId, payload, ...row }: Kept): Json {
  const edited = (how: string, cause?: unknown): ContractViolation =>
    new ContractViolation(`${workflowId}: the payload at rest ${how}`, { cause });
  let opened: Json;
  try {
    opened = fromRest(payload);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause; // a key that is not in the keyring: ours to mend
    throw edited('cannot be opened', cause);
  }
  const found = fingerprint(opened);
  if (found !== row.fingerprint) throw edited(`has fingerprint ${found}, it was received with ${row.fingerprint}`);
  return opened;
}

/** Starts what the inbox holds, or attaches to the run that there is. */
export async function startReceived(
  starter: Starter,
  received: Received,
  payload: Json,
  as: 'started' | 'attached',
): Promise<Started> {
  const { workflowId, run } = received;
  if (run > 1) {
    const there = await latestOf(starter.client, workflowId);
    // It was started by another, and how it ended since is no matter here. Or somebody has reset an earlier run: ours is
    // swept up when that one has closed.
    if (there && (there.open || there.run >= run)) return attached(starter, received, there);
  }
  try {
    const handle = await starter.client.workflow.start(received.workflow, {
      workflowId,
      taskQueue: received.pipeline,
      args: [payload],
      ...(run === 1 ? FIRST : again(received)),
      workflowTaskTimeout: '3s', // a dead worker's task is given to another after this
      memo: { run },
      staticSummary: received.summary,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: attribute('EvenkeelPipeline'), value: received.pipeline },
        { key: attribute('EvenkeelBusinessId'), value: received.businessId },
      ]),
    });
    await starter.inbox.started(workflowId, run, handle.firstExecutionRunId);
    return { start: as, workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // USE_EXISTING attaches to a running one only; on a closed one it is this error, which is an answer too. Closed
    // without a fate (terminated, say): the sweeper reports it, a redrive brings it to its end.
    if (run === 1) return attached(starter, received, received);
    return startReceived(starter, received, payload, as); // somebody was quicker: look again
  }
}

const FIRST = {
  workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
};

/**
 * A redriven run is a duplicate by intention. Temporal gives a request that it has seen the run that it made, also a
 * closed one: so whoever has looked, slept, and starts it late does not start it a second time.
 */
const again = ({ workflowId, run }: Received) => ({
  workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
  workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
  [InternalWorkflowStartOptionsSymbol]: { requestId: `${workflowId}/runs/${run}` },
});

async function attached(
  { inbox }: Starter,
  { workflowId, run }: Received,
  there: Pick<Execution, 'run'> & { readonly runId: string | null },
): Promise<Started> {
  const known = await inbox.find(workflowId);
  if (known?.state === 'ended') return endedAs(known);
  if (there.run >= run) await inbox.started(workflowId, run, there.runId);
  return { start: 'attached', workflowId, runId: there.runId };
}

const endedAs = ({ workflowId, fate, reason, result }: Received): Started => ({
  start: 'ended',
  workflowId,
  fate,
  reason,
  result,
});
