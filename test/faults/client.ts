import { readConfig } from '../../src/config.ts';
import type { Json } from '../../src/kit/contract/outcome.ts';
import { Conflict } from '../../src/kit/effects/errors.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import { redrive } from '../../src/kit/intake/redrive.ts';
import { start } from '../../src/kit/intake/start.ts';
import { barriers } from '../../src/kit/testing/barriers.ts';
import { PIPELINES } from '../../src/pipelines/index.ts';
import { Services } from '../../src/services.ts';
import { GATE, type ClientTask } from './client-task.ts';
import { sales } from './sales/contract.ts';

// Two of these deliver, or redrive, the same at the same moment.
const { task, observe, answer } = barriers<ClientTask>();

async function act(): Promise<Json> {
  const services = new Services(readConfig(task.env));
  const work = await Promise.all(
    task.with.map(async ({ workflow, payload, workflowId }) => {
      const pipeline = [...PIPELINES.flatMap(({ starts }) => starts), sales].find((each) => each.workflow === workflow)!;
      const starter = await services.starter(pipeline);
      const redriver = { ...starter, store: new PostgresStore(services.database) };
      return task.does === 'start'
        ? async () => (await start(starter, pipeline, payload)).start
        : async () => (await redrive(redriver, workflowId, { actor: 'ann', reason: 'a test' })).redrive;
    }),
  );
  await observe(GATE.at, { activity: GATE.activity, key: '' });
  const came = await Promise.all(work.map((one) => one().catch(nameOf)));
  await services.close();
  return came;
}

const nameOf = (error: unknown): string => {
  if (error instanceof Conflict) return 'conflict';
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
};

void act().then(answer);
