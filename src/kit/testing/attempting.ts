import { barriers } from './barriers.ts';
import type { Asked, AttemptTask } from './attempt-process.ts';
import type { Subjects } from './subjects.ts';

// A process that makes the attempts it is asked for: forked by `AttemptProcess`, held and killed by it.
const { task, observe, serve } = barriers<AttemptTask>();
const { module, exported, site, timeouts } = task;
const found = ((await import(module)) as Readonly<Record<string, Subjects | undefined>>)[exported];
if (!found) throw new TypeError(`${module} does not export its subjects as ${exported}`);
const opened = await found.open(site as never, { observe, timeouts });

serve((asked) => {
  const { activity, input, of } = asked as unknown as Asked;
  return opened.attempt(activity, input, of);
});
