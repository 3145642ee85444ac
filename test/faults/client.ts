import { readConfig } from '../../src/config.ts';
import type { Json } from '../../src/kit/contract/outcome.ts';
import { PostgresStore } from '../../src/kit/effects/postgres.ts';
import { redrive } from '../../src/kit/intake/redrive.ts';
import { start } from '../../src/kit/intake/start.ts';
import { barriers } from '../../src/kit/testing/barriers.ts';
import { PIPELINES } from '../../src/pipelines/index.ts';
import { Services } from '../../src/services.ts';
import { offers, sales } from './sales/contract.ts';

/** What a client is to do, all of it at once. */
export interface Asked {
  readonly does: 'start' | 'redrive';
  /** The workflow's type, with the payload to start it with, or the id of its run. */
  readonly with: readonly { readonly workflow: string; readonly payload: Json; readonly workflowId: string }[];
}

// A client in a process of its own: two of them deliver, or redrive, the same at the same moment.
const { task, serve } = barriers<{ readonly env: Readonly<Record<string, string>> }>();
const services = new Services(readConfig(task.env));
const pipelines = [...PIPELINES.flatMap(({ starts }) => starts), sales, offers];

async function one(does: Asked['does'], { workflow, payload, workflowId }: Asked['with'][number]): Promise<string> {
  const pipeline = pipelines.find((each) => each.workflow === workflow)!;
  const starter = await services.starter(pipeline);
  if (does === 'start') return (await start(starter, pipeline, payload)).start;
  const redriver = { ...starter, store: new PostgresStore(services.database) };
  return (await redrive(redriver, workflowId, { actor: 'ann', reason: 'a test' })).redrive;
}

// What connecting takes must not come between the two.
void Promise.all([services.client(), services.database.query('select')]).then(() =>
  serve((asked) => {
    const { does, with: all } = asked as unknown as Asked;
    return Promise.all(
      all.map((each) =>
        one(does, each).catch((error: unknown) => (error instanceof Error ? error.name : String(error))),
      ),
    );
  }),
);
