import { setTimeout as sleep } from 'node:timers/promises';
import { PIPELINES } from '../../../src/pipelines/index.ts';
import { begin, cast, ended } from '../bring.ts';
import { cancel } from '../courses/course.ts';
import { CANCELLED_IN } from '../courses/index.ts';
import { requestsOf } from '../courses/requests.ts';
import type { Family } from '../family.ts';

/** After this, what was let go has come to its end at the other side. */
const ARRIVES_WITHIN_MS = 500;

/** A request that sleeps on its way, and arrives when everything has been undone. */
export function lateAfterUndo(): Family {
  const name = 'late-after-undo';
  const all = PIPELINES.flatMap((pipeline) =>
    requestsOf([pipeline]).flatMap(({ id, activity, on, side }) => {
      const found = CANCELLED_IN[pipeline.starts[0]!.name]?.[activity];
      if (!found || side === 'objects') return [];
      const course = { ...found.course, fate: 'compensated', reason: 'Cancelled' } as const;
      return [{ id: `${name}/${id}`, on, side, course }];
    }),
  );
  return {
    name,
    breaks: 'a request sleeps on its way, the run is cancelled and walked back, and then the request arrives',
    waits: true,
    cases: all.map(({ id }) => id),
    async play(stage, chosen, score) {
      await stage.worker();
      await stage.worker({ kind: 'sales' });
      const runs = [];
      for (const { id, on, side, course } of all.filter((each) => chosen.has(each.id))) {
        await stage[side].faults([{ kind: 'hold-request', name: id, on }]);
        const made = { ...(await cast(stage, id, course, score)), side };
        runs.push(made);
        await begin(stage, made);
        await stage[side].untilHeld(runs.filter((each) => each.side === side).length);
        await cancel(stage, made.run);
      }
      await ended(stage, runs, score);
      for (const { id, side } of runs) if ((await stage[side].release(id)) === 1) score.reached(id);
      await sleep(ARRIVES_WITHIN_MS);
    },
  };
}
