import { setTimeout as sleep } from 'node:timers/promises';
import { PIPELINES } from '../../../src/pipelines/index.ts';
import { begin, cast, ended, type Cast } from '../bring.ts';
import { courseTo } from '../courses/index.ts';
import type { Family } from '../family.ts';
import type { Stand } from '../stands.ts';
import { goOn, MANY, whileStanding } from './while-standing.ts';

const AWAY_MS = 3_000;
/** Of whoever starts: the client's own is 20 s. */
const PATIENCE_MS = 2_000;
/** Longer than a heartbeat's and a workflow task's time-out. */
const LONG_MS = 8_000;
/** A draft lives for seven. */
const EIGHT_DAYS_MS = 8 * 86_400_000;

/** The object store, the payment provider, the carrier and the rail. */
export const othersAway = (stands: readonly Stand[]): Family =>
  whileStanding(
    'others-away',
    `object store, payment provider, carrier and rail cannot be reached for ${AWAY_MS / 1_000} s from when the attempt goes on`,
    stands.filter(({ contract, at }) => contract.remote !== undefined && at !== 'claimed' && at !== 'settled'),
    async (stage, held) => {
      await stage.away('aws', 'SIGTERM'); // it keeps versions only when it is asked to leave
      await stage.away('payments', 'SIGKILL');
      await stage.away('carrier', 'SIGKILL');
      await stage.away('rail', 'SIGKILL');
      goOn(held);
      await sleep(AWAY_MS);
      await stage.back();
      return held.worker;
    },
    MANY,
  );

export const workersAway = (stands: readonly Stand[]): Family =>
  whileStanding(
    'workers-away',
    `all workers are killed while an attempt stands at the barrier, and for ${LONG_MS / 1_000} s there is none; drafts at the carrier expire meanwhile`,
    stands.filter(({ at }) => at === 'received' || at === 'intended' || at === 'sent' || at === 'committed'),
    async (stage, { kind }) => {
      await stage.killWorkers();
      await stage.carrier.advanceClock(EIGHT_DAYS_MS);
      await sleep(LONG_MS);
      return stage.worker({ kind });
    },
    { ...MANY, waits: true },
  );

/** The queue between whoever starts and the workers is Temporal itself. */
export function temporalAway(): Family {
  const name = 'temporal-away';
  const all = PIPELINES.flatMap(({ starts }) => starts).map((pipeline) => ({
    id: `${name}/${pipeline.name}/${pipeline.workflow}`,
    course: courseTo(pipeline, 'completed'),
  }));
  return {
    name,
    breaks:
      'Temporal cannot be reached when something is delivered: the start fails, the inbox keeps it, and a sweeper starts it',
    waits: true,
    cases: all.map(({ id }) => id),
    async play(stage, chosen, score) {
      const casts = (): Promise<Cast[]> =>
        Promise.all(all.filter(({ id }) => chosen.has(id)).map(({ id, course }) => cast(stage, id, course!, score)));
      await stage.worker();
      const before = await casts(); // every pipeline's worker is at work before Temporal goes
      await Promise.all(before.map((each) => begin(stage, each)));
      await ended(stage, before, score);

      const during = await casts();
      const { connection } = await stage.services.client();
      await stage.away('temporal', 'SIGKILL');
      await Promise.all(
        during.map((each) =>
          connection
            .withDeadline(Date.now() + PATIENCE_MS, () => begin(stage, each))
            .then(
              () => score.wrong(each.id, 'it was started without Temporal'),
              () => score.reached(each.id),
            ),
        ),
      );
      await stage.back();
      await ended(stage, during, score);
    },
  };
}
