import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { decide, decisionOptions, type DecisionOptions } from '../decision.ts';
import { examples } from '../options.ts';
import { workflowArgument } from '../workflow-id.ts';

export function register(program: Command, context: Context): void {
  const command = program
    .command('cancel')
    .description('cancels a run, which then undoes what it did; rejected from its pivot on')
    .addArgument(workflowArgument())
    .action((workflowId: string, options: DecisionOptions) =>
      decide(context, workflowId, options, 'cancelled; it walks back', (evenkeel, updateId) =>
        evenkeel.cancel(workflowId, { actor: options.actor, reason: options.reason }, updateId),
      ),
    );
  decisionOptions(command);
  examples(command, context, 'cancel orders/ord_42 --actor ann --reason "ordered twice"');
}
