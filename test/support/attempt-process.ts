import { attempt } from '../../src/kit/testing/attempt.ts';
import { barriers } from '../../src/kit/testing/barriers.ts';
import { cameOf, type Task } from '../kit/effects/task.ts';
import { open } from '../kit/effects/stores.ts';

/** One attempt at one activity, in a process of its own: forked by the suites that kill, freeze or race it. */
const { task, observe, answer } = barriers<Task>();
const { bound, database } = open(task.kind, task.site, { observe });

void cameOf(attempt(bound, task.activity, task.input, task.of)).then(async (came) => {
  await database.close();
  answer(came);
});
