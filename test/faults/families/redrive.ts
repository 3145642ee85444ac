import { terminate as terminateRun, redriveRun } from '../courses/course.ts';
import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { whileStanding } from './while-standing.ts';

export const terminate = (stands: readonly Stand[]): Family =>
  whileStanding(
    'terminate',
    'the run is terminated while an attempt stands at the barrier, and redriven; then that attempt goes on beside the new run',
    stands,
    async (stage, { worker, standing }) => {
      await Promise.all(
        standing.map(async ({ run }) => {
          await terminateRun(stage, run);
          await redriveRun(stage, run);
        }),
      );
      for (const { stop } of standing) worker.go(stop);
      return worker;
    },
  );
