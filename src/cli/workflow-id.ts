import { RUN_ID } from '../kit/contract/pipeline.ts';
import { Argument, InvalidArgumentError } from 'commander';

/** `orders/ord_42`, or the address of its page in the Web UI. */
export function parseWorkflowId(text: string): string {
  const id = URL.canParse(text) ? decodeURIComponent(/\/workflows\/([^/?#]+)/.exec(text)?.[1] ?? '') : text;
  const [pipeline = '', businessId = '', ...rest] = id.split('/');
  if (!/^[a-z][a-z-]*$/.test(pipeline) || !RUN_ID.test(businessId) || rest.length > 0)
    throw new InvalidArgumentError('A workflow is PIPELINE/ID, such as orders/ord_42.');
  return id;
}

export const workflowArgument = (): Argument =>
  new Argument('<workflow>', 'PIPELINE/ID, or the address of its page in the Web UI').argParser(parseWorkflowId);
