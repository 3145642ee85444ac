import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Json } from '../contract/outcome.ts';
import { tickOf, type Tick } from '../contract/schedule.ts';
import { workflowIdOf, type Pipeline } from '../contract/pipeline.ts';
import type { Ended } from '../contract/updates.ts';
import { saga, type Step } from './saga.ts';

/**
 * A saga that Temporal starts by itself: without a payload, and past the inbox. It tells the inbox first, so that it is
 * known like any other run; and as Temporal starts a closed id anew when somebody backfills the same time twice, it asks
 * what there was before: a tick that has its fate is answered with it, one that was closed without is told again.
 */
export function scheduled<T extends Json | object>(
  pipeline: Pipeline<Tick>,
  story: (step: Step, tick: Tick) => Promise<T>,
): Promise<Ended<T>> {
  const { workflowId, runId, searchAttributes } = workflowInfo();
  const tick = tickOf(workflowId);
  if (workflowIdOf(pipeline, tick) !== workflowId)
    throw new TypeError(`${workflowId} is no run of ${pipeline.workflow}`);
  const { name, workflow } = pipeline;
  const businessId = pipeline.businessId(tick);
  if (searchAttributes['EvenkeelBusinessId'] === undefined)
    upsertSearchAttributes([
      { key: defineSearchAttributeKey('EvenkeelPipeline', SearchAttributeType.KEYWORD), value: name },
      { key: defineSearchAttributeKey('EvenkeelBusinessId', SearchAttributeType.KEYWORD), value: businessId },
    ]);
  const summary = pipeline.summary(tick);
  return saga((step) => story(step, tick), {
    start: { workflowId, runId, pipeline: name, workflow, businessId, summary, payload: tick },
  });
}
