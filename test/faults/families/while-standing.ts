import type { HeldProcess } from '../../../src/kit/testing/barriers.ts';
import { bring, ended, type At, type Standing } from '../bring.ts';
import type { Family } from '../family.ts';
import type { Score } from '../score.ts';
import type { Stage, WorkerKind } from '../stage.ts';
import type { Stand } from '../stands.ts';

/** Breaks something while the attempts stand. Gives the worker that goes on, if there is one. */
export type Hurt = (stage: Stage, held: Held, score: Score) => Promise<HeldProcess | undefined>;

interface Held {
  readonly worker: HeldProcess;
  readonly kind: WorkerKind;
  readonly standing: readonly Standing[];
}

/** All of them go on where they stand. */
export function goOn({ worker, standing }: Held): HeldProcess {
  for (const { stop } of standing) worker.go(stop);
  return worker;
}

/** Attempts that stand in one worker at a time: more take longer to come than an open transaction may wait. */
const AT_ONCE = 36;
/** Where none of them waits in an open transaction. */
export const MANY = { atOnce: 120 };
/** A busy machine may be too slow for some of them at first. */
const ROUNDS = 3;

/** A family that does the same while an attempt stands at each of these places. */
export function whileStanding(
  name: string,
  breaks: string,
  stands: readonly Stand[],
  hurt: Hurt,
  { atOnce = AT_ONCE, waits = false } = {},
): Family {
  const all: At[] = stands.map((stand) => ({ id: `${name}/${stand.id}`, stand }));
  return {
    name,
    breaks,
    waits,
    cases: all.map(({ id }) => id),
    async play(stage, chosen, score) {
      let serving: { kind: WorkerKind; worker: HeldProcess } | undefined;
      let rest = all.filter(({ id }) => chosen.has(id));
      for (let round = 1; rest.length > 0 && round <= ROUNDS; round++) {
        for (const { kind, cases } of batches(rest, Math.ceil(atOnce / round))) {
          if (serving?.kind !== kind) {
            await stage.rest();
            serving = { kind, worker: await stage.worker({ kind }) };
          }
          const standing = await bring(stage, serving.worker, cases, score);
          const next = await hurt(stage, { ...serving, standing }, score);
          serving = next && { kind, worker: next };
          await ended(stage, standing, score);
        }
        rest = rest.filter(({ id }) => score.isOpen(id));
      }
      for (const { id } of rest) score.wrong(id, 'its transaction was always given up before anything was broken');
    },
  };
}

/** Of one kind of worker and one pipeline each. */
function batches(cases: readonly At[], size: number): { kind: WorkerKind; cases: At[] }[] {
  const made: { kind: WorkerKind; pipeline: string; cases: At[] }[] = [];
  for (const each of cases) {
    const { worker: kind = 'product', pipeline } = each.stand.course;
    const last = made.findLast((batch) => batch.kind === kind && batch.pipeline === pipeline.name);
    if (last && last.cases.length < size) last.cases.push(each);
    else made.push({ kind, pipeline: pipeline.name, cases: [each] });
  }
  return made.toSorted((a, b) => a.kind.localeCompare(b.kind));
}
