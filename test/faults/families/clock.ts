import type { Point } from '../../../src/kit/effects/store.ts';
import { ended } from '../bring.ts';
import type { Run } from '../courses/course.ts';
import { attendedBy, RESOLVE_ID, waitingFor } from '../courses/people.ts';
import type { Family } from '../family.ts';
import type { Stage } from '../stage.ts';
import type { Stand } from '../stands.ts';
import { MANY, whileStanding, type Hurt } from './while-standing.ts';

const HOUR_MS = 3_600_000;
/** Longer than Stripe remembers a key. */
const FORGOTTEN_MS = 25 * HOUR_MS;

const POINTS: ReadonlySet<Point> = new Set<Point>(['received', 'intended', 'sent', 'committed']);
/** An attempt at what the other side remembers for a while only, and that may have arrived there. */
const inDoubt = ({ contract, at }: Stand): boolean =>
  contract.remembers !== undefined && (at === 'intended' || at === 'sent');

/** The worker is killed, and the one that goes on has a clock that is so far off. */
const takenOver =
  (clockOffsetMs: number): Hurt =>
  async (stage, { worker, kind, standing }, score) => {
    await stage.kill(worker);
    await stage.worker({ kind, clockOffsetMs });
    await ended(stage, standing, score);
    await stage.rest();
    return undefined;
  };

export const clockBack = (stands: readonly Stand[]): Family =>
  whileStanding(
    'clock-back',
    'the worker is killed while an attempt stands at the barrier, and the clock of the one that goes on is a day behind',
    stands.filter(({ at }) => POINTS.has(at)),
    takenOver(-24 * HOUR_MS),
    MANY,
  );

export const clockForward = (stands: readonly Stand[]): Family => {
  const mine = stands.filter(({ at }) => POINTS.has(at));
  const parks = new Set(mine.filter(inDoubt).map(({ id }) => `clock-forward/${id}`));
  return whileStanding(
    'clock-forward',
    'the same with a clock that is 25 hours ahead: what a provider remembers for a day and may have, is not sent again but parks; a person says that it may be retried',
    mine.map((stand) => (inDoubt(stand) ? { ...stand, course: { ...stand.course, people: retry } } : stand)),
    async (stage, held, score) => {
      const next = await takenOver(FORGOTTEN_MS)(stage, held, score);
      // Where it must not wait, nobody is there who would help it on.
      for (const { id, run } of held.standing)
        if (parks.has(id) && !(await wasResolved(stage, run))) score.wrong(id, 'it did not wait for a person');
      return next;
    },
    MANY,
  );
};

/** Both at once: nobody can know, and so what is done anew has to be harmless. */
export const clockBackForgotten = (stands: readonly Stand[]): Family =>
  whileStanding(
    'clock-back-forgotten',
    'the provider has forgotten our key, and the clock of the worker that goes on is a day behind, so that it does not know: a payment may be opened twice, which is harmless, and is confirmed and captured once',
    stands.filter(inDoubt),
    async (stage, held, score) => {
      await stage.payments.advanceClock(FORGOTTEN_MS);
      return takenOver(-24 * HOUR_MS)(stage, held, score);
    },
  );

/** Somebody has looked at the provider, and says that it may be sent again. */
const retry = attendedBy((progress) => {
  const key = waitingFor(progress, 'InDoubt');
  return key === undefined ? undefined : { resolve: { key, action: 'retry' } };
});

async function wasResolved(stage: Stage, { workflowId }: Run): Promise<boolean> {
  const decisions = await stage.database.query(
    `select from kit.decisions where workflow_id = $1 and update_id = $2 and kind = 'resolve'`,
    [workflowId, RESOLVE_ID],
  );
  return decisions.length > 0;
}
