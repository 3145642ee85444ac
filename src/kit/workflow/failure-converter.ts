import { DefaultFailureConverter } from '@temporalio/common';

/** For sealed pipelines, on client, worker and in the sandbox: a failure's message goes through the codec too. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
