import { ended } from '../bring.ts';
import { cancel } from '../courses/course.ts';
import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { goOn, whileStanding, type Hurt } from './while-standing.ts';

export const freeze = (stands: readonly Stand[]): Family =>
  whileStanding(
    'freeze',
    'the worker is frozen (SIGSTOP) while an attempt stands at the barrier; another one brings the run to its end; then the first one wakes (SIGCONT) and goes on where it was',
    stands,
    frozen(async () => undefined),
    { waits: true },
  );

export const freezeAndCancel = (stands: readonly Stand[]): Family =>
  whileStanding(
    'freeze-and-cancel',
    'the same, and the run is cancelled: it is walked back while the worker is frozen, and what wakes after the undo changes nothing',
    stands,
    // Before the worker is frozen: the server would give the attempt to the other one, and there would be nothing to wake for.
    frozen(async (stage, { standing }) => {
      await Promise.all(standing.map(({ run }) => cancel(stage, run)));
    }),
    { waits: true },
  );

const frozen =
  (before: (...args: Parameters<Hurt>) => Promise<void>): Hurt =>
  async (stage, held, score) => {
    const { worker, kind, standing } = held;
    await before(stage, held, score);
    worker.stop();
    const other = await stage.worker({ kind });
    await ended(stage, standing, score);
    worker.cont();
    await stage.drain(goOn(held));
    return other;
  };
