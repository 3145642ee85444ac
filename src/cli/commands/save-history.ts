import { writeFile } from 'node:fs/promises';
import { WorkflowNotFoundError, isGrpcServiceError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Command } from 'commander';
import { RunError } from '../../index.ts';
import { Inbox } from '../../kit/intake/inbox.ts';
import { withServices, type Context } from '../context.ts';
import { InputError } from '../errors.ts';
import { examples } from '../options.ts';
import { parseWorkflowId } from '../workflow-id.ts';

/** gRPC status code, grpc.github.io/grpc/core/md_doc_statuscodes.html */
const NOT_FOUND = 5;

export function register(program: Command, context: Context): void {
  const command = program
    .command('save-history')
    .description(
      'writes the history of a run to a file, as it is (sealed stays sealed), for `replay`; never over another',
    )
    .argument('<workflow>', 'PIPELINE/ID', parseWorkflowId)
    .option('--out <file>', 'where to (default: <pipeline>.<id>.<fate>.json here)')
    .action((workflowId: string, { out }: { out?: string }) =>
      withServices(context, async (services) => {
        const client = await services.client();
        const history = await client.workflow
          .getHandle(workflowId)
          .fetchHistory()
          .catch((cause: unknown) => {
            if (
              cause instanceof WorkflowNotFoundError ||
              (isGrpcServiceError(cause) && (cause.code as number) === NOT_FOUND)
            )
              throw new RunError('unknown', `Temporal has no history of ${workflowId}`, { cause });
            throw cause;
          });
        const fate = (await new Inbox(services.database).find(workflowId))?.fate ?? 'open';
        const file = out ?? `${workflowId.replace('/', '.')}.${fate}.json`;
        await writeFile(file, `${historyToJSON(history)}\n`, { flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
          const why =
            cause.code === 'EEXIST' ? 'is there already; histories are never overwritten' : 'cannot be written';
          throw new InputError(`${file} ${why} (${cause.code ?? cause.name})`, { cause });
        });
        const events = history.events?.length ?? 0;
        context.terminal.result({ workflowId, file, events }, `${file}: ${events} events of ${workflowId}`);
      }),
    );
  examples(
    command,
    context,
    'save-history orders/ord_42',
    'save-history orders/ord_42 --out test/histories/orders/late.json',
  );
}
