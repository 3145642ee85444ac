import { Option, type Command } from 'commander';
import type { Resolve } from '../../index.ts';
import type { Json } from '../../kit/contract/outcome.ts';
import type { Context } from '../context.ts';
import { decide, decisionOptions, type DecisionOptions } from '../decision.ts';
import { UsageError } from '../errors.ts';
import { examples, parseJson } from '../options.ts';
import { workflowArgument } from '../workflow-id.ts';

interface Options extends DecisionOptions {
  readonly action: Resolve['action'];
  readonly value?: Json;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('resolve')
    .description('settles a key that waits for a person; `show` prints which')
    .addArgument(workflowArgument())
    .argument('<key>', 'the key that waits')
    .addOption(
      new Option('--action <action>', 'retry: try it (anew); skip: it shall not happen; complete: it has happened')
        .choices(['retry', 'skip', 'complete'])
        .makeOptionMandatory(),
    )
    .option('--value <json>', 'with complete: what the activity would have given', parseJson)
    .action((workflowId: string, key: string, options: Options) => {
      const { action, value, actor, reason } = options;
      if ((action === 'complete') !== (value !== undefined))
        throw new UsageError('--value goes with --action complete, and complete needs it');
      return decide(context, workflowId, options, `${key} resolved by ${action}`, (evenkeel, updateId) =>
        evenkeel.resolve(
          workflowId,
          { key, action, actor, reason, ...(value === undefined ? {} : { value }) },
          updateId,
        ),
      );
    });
  decisionOptions(command);
  examples(
    command,
    context,
    'resolve orders/ord_42 orders/ord_42/receipt --action retry --actor ann --reason "the bucket is back"',
    `resolve orders/ord_42 orders/ord_42/shipments/1/capture --action complete --value '{"capturedMinor":4575}' --actor ann --reason "seen in the dashboard"`,
  );
}
