import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/common';
import { BUSINESS_ID, workflowIdOf, type Pipeline } from '../contract/pipeline.ts';
import { PAYLOAD_LIMIT_BYTES } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import { Conflict, ContractViolation } from '../effects/errors.ts';
import { canonicalJson, checked, within, type Fingerprint } from '../effects/fingerprint.ts';
import type { Inbox, Received } from './inbox.ts';

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
  if (!BUSINESS_ID.test(businessId))
    throw new ContractViolation(`${pipeline.name} payload: the business id is not ${BUSINESS_ID.source}`);
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
  if (received.state === 'ended')
    return { start: 'ended', workflowId, fate: received.fate, reason: received.reason, result: received.result };
  return startReceived(starter, pipeline, received, raw as Json, received.fresh ? 'started' : 'attached');
}

/** Starts what the inbox holds, or attaches to the run that there is. */
export async function startReceived(
  starter: Starter,
  pipeline: Pipeline,
  received: Received,
  payload: Json,
  as: 'started' | 'attached',
): Promise<Started> {
  const { workflowId } = received;
  try {
    const handle = await starter.client.workflow.start(pipeline.workflow, {
      workflowId,
      taskQueue: pipeline.name,
      args: [payload],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      workflowTaskTimeout: '3s', // a dead worker's task is given to another after this
      memo: { run: received.run },
      staticSummary: received.summary,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: attribute('EvenkeelPipeline'), value: pipeline.name },
        { key: attribute('EvenkeelBusinessId'), value: received.businessId },
      ]),
    });
    await starter.inbox.started(workflowId, handle.firstExecutionRunId);
    return { start: as, workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    // USE_EXISTING attaches to a running one only; on a closed one it is this error, which is an answer too.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const known = await starter.inbox.find(workflowId);
    if (known?.state === 'ended')
      return { start: 'ended', workflowId, fate: known.fate, reason: known.reason, result: known.result };
    // Closed without a fate (terminated, say): the sweeper reports it, a redrive brings it to its end.
    await starter.inbox.started(workflowId, received.runId);
    return { start: 'attached', workflowId, runId: received.runId };
  }
}
