import type { Command } from 'commander';
import type { Json } from '../../kit/contract/outcome.ts';
import type { Context } from '../context.ts';
import { decide, decisionOptions, type DecisionOptions } from '../decision.ts';
import { examples, parseJson } from '../options.ts';
import { workflowArgument } from '../workflow-id.ts';

interface Options extends DecisionOptions {
  readonly choice: string;
  readonly fingerprint: string;
  readonly value?: Json;
}

export function register(program: Command, context: Context): void {
  const command = program
    .command('answer')
    .description('answers a question that a run asks; `show` prints it with its choices and its fingerprint')
    .addArgument(workflowArgument())
    .argument('<question>', 'the question')
    .requiredOption('--choice <choice>', 'one of the choices')
    .requiredOption('--fingerprint <hex>', 'of what was shown: if that has changed since, the answer is rejected')
    .option('--value <json>', 'what the choice is given with, where the question takes something', parseJson)
    .action((workflowId: string, question: string, options: Options) => {
      const { choice, fingerprint, value, actor, reason } = options;
      return decide(context, workflowId, options, `${question} answered`, (evenkeel, updateId) =>
        evenkeel.answer(
          workflowId,
          { question, choice, fingerprint, actor, reason, ...(value === undefined ? {} : { value }) },
          updateId,
        ),
      );
    });
  decisionOptions(command);
  examples(
    command,
    context,
    'answer ledger/tr_42 approve --choice yes --fingerprint 3f… --actor ann --reason "called the customer"',
  );
}
