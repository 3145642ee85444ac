import { once } from 'node:events';
import type { Context } from '../../src/cli/context.ts';
import { EXIT, UsageError } from '../../src/cli/errors.ts';
import { examples } from '../../src/cli/options.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { untilStopped } from '../../src/cli/until-stopped.ts';
import { noteWhenSlow, runCommand } from '../support/command.ts';
import { writeDocument } from './document.ts';
import { plan } from './plan.ts';
import { isGood, playAll, type Audience, type Played } from './play.ts';
import { COLUMNS, failuresIn, rowOf, summary, totalOf } from './report.ts';
import { Stage } from './stage.ts';

// `npm run faults`: the fault matrix.
await runCommand('npm run -s faults --', (program, context) => {
  program
    .description(
      'breaks everything that the plan enumerates, family by family, on a stack of its own, and asks the far sides what came of it; a run of everything writes docs/reliability.md; exits 1 when anything is not as it must be',
    )
    .option('--only <part>', 'only cases whose id has this part; then nothing is written')
    .option('--list', 'prints the ids of the cases and plays none')
    .action(async ({ only = '', list }: { only?: string; list?: true }) => {
      const families = plan();
      const chosen = (id: string): boolean => id.includes(only);
      const ids = families.flatMap(({ cases }) => cases).filter(chosen);
      if (ids.length === 0) throw new UsageError('no case has this in its id; --list alone prints all of them');
      if (list) for (const id of ids) context.terminal.result({ case: id }, id);
      else {
        const played = await untilStopped(context, (signal) =>
          onStage(context.terminal, signal, (stage) => playAll(stage, families, chosen, audienceOf(context.terminal))),
        );
        if (played) await tell(played, only === '', context);
      }
    });
  examples(program, context, '--only kill/orders/capturePayment', '--list --only freeze');
});

/** Brings a stage up for the story, and down again whatever happens; told to stop, it does not wait for the story. */
async function onStage<T>(terminal: Terminal, signal: AbortSignal, story: (stage: Stage) => Promise<T>): Promise<T> {
  terminal.note('bringing up a stack of its own …');
  const stage = await Stage.open(noteWhenSlow(terminal));
  try {
    signal.throwIfAborted();
    const stopped = once(signal, 'abort').then(() => signal.throwIfAborted());
    return await Promise.race([story(stage), stopped as Promise<never>]);
  } finally {
    await stage.close();
  }
}

function audienceOf(terminal: Terminal): Audience {
  return {
    begins({ name }, cases) {
      terminal.note(`${name}: ${cases} cases`);
      return terminal.bar(cases, 'cases');
    },
  };
}

/** Says what came of it; of a run of everything that is good, writes it down. */
async function tell(played: readonly Played[], everything: boolean, context: Context): Promise<void> {
  print(played, context.terminal);
  const blind = everything ? played.at(-1)!.invariants.filter(({ counted }) => counted === 0) : [];
  for (const { name } of blind) context.terminal.error(`there was nothing to look at: ${name}`, EXIT.failed);
  if (!played.every(isGood) || blind.length > 0) context.exit = EXIT.failed;
  else if (everything) await writeDocument(played, new Date());
}

function print(played: readonly Played[], terminal: Terminal): void {
  const rows = played.map(rowOf);
  const total = totalOf(rows);
  const failures = failuresIn(played);
  terminal.results(rows, COLUMNS, '');
  for (const failure of failures) terminal.result(failure, `\n✗ ${failure.wrong}\n  again: ${failure.again}`);
  terminal.result({ ...total, failures: failures.length }, `\n${terminal.bold(summary(total))}`);
}
