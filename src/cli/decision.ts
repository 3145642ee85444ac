import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { Evenkeel, type Decided } from '../index.ts';
import { withServices, type Context } from './context.ts';

/** What every decision says beside what is decided. */
export interface DecisionOptions {
  readonly actor: string;
  readonly reason: string;
  readonly id?: string;
}

export const actorOptions = (command: Command): Command =>
  command
    .requiredOption('--actor <name>', 'who decides; it goes into the audit')
    .requiredOption('--reason <text>', 'why; it is kept with the decision');

export const decisionOptions = (command: Command): Command =>
  actorOptions(command).option(
    '--id <update>',
    'the id of this decision, to repeat one whose answer was lost (default: a new one)',
  );

/** Sends a decision. Its id is told before it is sent: whoever loses the answer repeats it under the same id. */
export async function decide(
  context: Context,
  workflowId: string,
  { id = randomUUID() }: DecisionOptions,
  what: string,
  send: (evenkeel: Evenkeel, updateId: string) => Promise<Decided>,
): Promise<void> {
  context.terminal.note(`decision ${id}; to repeat it: --id ${id}`);
  const { already } = await withServices(context, (services) => send(new Evenkeel(services), id));
  context.terminal.result(
    { workflowId, decision: what, updateId: id, already },
    `${workflowId}: ${what}${already ? ' (it was recorded before)' : ''}`,
  );
}
