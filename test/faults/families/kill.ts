import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { whileStanding } from './while-standing.ts';

export const kill = (stands: readonly Stand[]): Family =>
  whileStanding(
    'kill',
    'the worker is killed (SIGKILL) while an attempt stands at the barrier; another one goes on',
    stands,
    async (stage, { worker, kind }) => {
      await stage.kill(worker);
      return stage.worker({ kind });
    },
  );
