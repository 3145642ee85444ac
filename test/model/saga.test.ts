import { randomUUID } from 'node:crypto';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { bundleOf, MODES, Server } from '../support/temporal.ts';
import { holds, runs, seed } from './check.ts';
import { simpler, stories, type Item } from './saga/plan.ts';
import { Theatre } from './saga/stage.ts';
import { tell } from './saga/tell.ts';

const LANES = 20;
/** On a machine that is busy with other things. */
const STORY_MS = 2_000;

describe('a run ends as the model says:', function () {
  this.timeout(STACK_TIMEOUT_MS + runs(50) * STORY_MS);
  let server: Server;
  before(async () => {
    server = await Server.open();
    await bundleOf('test/model/saga/workflow.ts');
  });
  after(() => server.close());

  for (const mode of MODES)
    it(`saga, ${mode} (${runs(50)} stories, seed ${seed})`, async () => {
      const taskQueue = `stories-${randomUUID()}`;
      const theatre = new Theatre(server, taskQueue);
      const bundle = await bundleOf('test/model/saga/workflow.ts');
      await server.withWorker({ taskQueue, mode, bundle, activities: theatre.activities }, () =>
        holds<Item>({
          title: `saga, ${mode}`,
          file: 'test/model/saga.test.ts',
          stories,
          tell: (story) => tell(theatre, story),
          simpler,
          runs: runs(50),
          lanes: LANES,
        }),
      );
    });
});
