import type { Command } from 'commander';
import { applySchedules } from '../../schedules.ts';
import { withServices, type Context } from '../context.ts';
import { examples } from '../options.ts';

export function register(program: Command, context: Context): void {
  const schedules = program
    .command('schedules')
    .description('what Temporal starts by itself; it lists, pauses and triggers them: see docs/running.md');
  const apply = schedules
    .command('apply')
    .description(
      'tells Temporal the schedules of this version, or of EVENKEEL_PIPELINES; a paused one stays so; safe to be run any number of times',
    )
    .action(() =>
      withServices(context, async (services) => {
        context.terminal.results(
          await applySchedules(services),
          [
            ['schedule', ({ id }) => id],
            ['', ({ applied }) => applied],
            ['next', ({ paused, next }) => (paused ? 'paused' : (next?.toISOString() ?? ''))],
          ],
          'No pipeline has any.',
        );
      }),
    );
  examples(schedules, context, 'schedules apply');
  examples(apply, context, 'schedules apply', 'schedules apply --json');
}
