import { bookShipment } from '../../src/contracts/shipping.ts';
import { undoOf, type Activity } from '../../src/kit/contract/activity.ts';
import * as run from '../../src/kit/contract/run.ts';
import type { Point } from '../../src/kit/effects/store.ts';
import type { Stop } from '../../src/kit/testing/barriers.ts';
import { barriersOf } from '../../src/kit/testing/points.ts';
import { contractsOf } from '../../src/kit/worker/manifest.ts';
import type { Pipeline } from '../../src/kit/contract/pipeline.ts';
import { FATES, type RunFate } from '../../src/kit/contract/updates.ts';
import { CANCEL_ID, type Course, type End, type Run } from './courses/course.ts';
import { CANCELLED_IN, courseTo, KIT_REACHED_BY, REACHED_BY, REFUSED_BY } from './courses/index.ts';
import { VOIDED, withoutRequests, type Known } from './courses/requests.ts';
import { ANSWER_ID, RESOLVE_ID } from './courses/people.ts';

/** An attempt at one activity, at one of its barriers, in a run of one course: where something is broken. */
export interface Stand {
  /** `orders/capturePayment/sent` */
  readonly id: string;
  /** The call of the activity in its course: `orders/capturePayment`. */
  readonly step: string;
  readonly contract: Activity;
  readonly at: Point;
  readonly course: Course;
  /** Ends that are right too. */
  readonly or?: readonly End[];
  /** The run is held there instead, when this attempt is over. */
  readonly held?: Pick<Stand, 'contract' | 'at'>;
}

/** The effect is there to stay. A remote one that is `intended` or `sent` is settled by its undo, which finds that out. */
const APPLIED: ReadonlySet<Point> = new Set<Point>(['committed', 'applied']);

/** Those that a run of this workflow can come to. */
export const fatesOf = ({ never = {} }: Pick<Pipeline, 'never'>): RunFate[] =>
  FATES.filter((fate) => never[fate] === undefined);
const DECISION_IDS: Record<string, string> = {
  recordCancel: CANCEL_ID,
  recordAnswer: ANSWER_ID,
  recordResolve: RESOLVE_ID,
};
const KIT: readonly Activity[] = Object.values(run);
const { recordFate } = run;

/** Where an attempt of this run comes to this barrier. */
export const stopOf = ({ contract, at }: Pick<Stand, 'contract' | 'at'>, { workflowId, ids }: Run): Stop => ({
  at,
  activity: contract.name,
  key: contract.key({ workflowId, run: 1, updateId: DECISION_IDS[contract.name], ...ids }),
});

/** The barriers that an attempt passes whose other side says no. */
export function barriersOfRefused(contract: Activity): readonly Point[] {
  const undoes = 'undoes' in contract;
  if (contract.remote === undefined) return ['received', 'claimed', 'worked', 'settled', 'committed', 'refused'];
  return undoes
    ? ['received', 'claimed', 'intended', 'fenced', 'settled', 'committed', 'refused']
    : ['received', 'prepared', 'intended', 'fenced', 'committed', 'refused'];
}

const canBeRefused = ({ errors }: Activity): boolean => Object.values(errors).includes('refused');

/** Every barrier of every activity of these pipelines, forward, undo and refused, and of the kit's own. */
export function stands(pipelines: readonly Known[]): Stand[] {
  const found: Stand[] = [];
  const add = (
    pipeline: string,
    contract: Activity,
    course: Course | string | undefined,
    points: readonly Point[],
    how = '',
  ): void => {
    if (typeof course !== 'object') return; // `missing` tells
    for (const at of points) {
      const or = at === 'fenced' && contract === bookShipment ? [VOIDED] : [];
      const step = `${pipeline}/${contract.name}${how}`;
      found.push({ id: `${step}/${at}`, step, contract, at, course, or });
    }
  };
  for (const { starts, modules } of pipelines) {
    const { name } = starts[0]!;
    for (const contract of contractsOf({ modules })) {
      add(name, contract, REACHED_BY[name]?.[contract.name], barriersOf(contract));
      if (canBeRefused(contract))
        add(name, contract, REFUSED_BY[name]?.[contract.name], barriersOfRefused(contract), '-refused');
    }
    for (const start of starts)
      for (const fate of fatesOf(start))
        add(name, recordFate, courseTo(start, fate), barriersOf(recordFate), `-${start.workflow}-${fate}`);
  }
  for (const contract of KIT)
    for (const course of KIT_REACHED_BY[contract.name] ?? [])
      add(course.pipeline.name, contract, course, barriersOf(contract));
  return found;
}

/** One attempt at each step of these, in a run that is held when only its fate has still to be recorded. */
export const atItsEnd = (stands: readonly Stand[]): Stand[] =>
  [...new Map(stands.map((stand) => [stand.step, stand])).values()].map((stand) => ({
    ...stand,
    id: stand.step,
    held: { contract: recordFate, at: 'received' },
  }));

/** Every barrier of every activity that can be taken back, in a run that is cancelled while it stands there. */
export function standsToCancel(pipelines: readonly Known[]): Stand[] {
  return pipelines.flatMap(({ starts, modules }) => {
    const { name } = starts[0]!;
    return contractsOf({ modules }).flatMap((contract) => {
      const found = CANCELLED_IN[name]?.[contract.name];
      if (!found) return [];
      return barriersOf(contract).map((at): Stand => {
        const nothing = found.first && !APPLIED.has(at);
        const course: Course = { ...found.course, fate: nothing ? 'refused' : 'compensated', reason: 'Cancelled' };
        const step = `${name}/${contract.name}`;
        return { id: `${step}/${at}`, step, contract, at, course };
      });
    });
  });
}

/** What stands in no table though there is such a thing, or stands there though there is none; in sentences. */
export function missing(pipelines: readonly Known[]): string[] {
  const lacks: string[] = [...withoutRequests(pipelines)];
  for (const { starts, modules } of pipelines) {
    const { name } = starts[0]!;
    const contracts = contractsOf({ modules });
    for (const contract of contracts) {
      if (REACHED_BY[name]?.[contract.name] === undefined)
        lacks.push(`no course calls ${contract.name} of ${name} (REACHED_BY)`);
      if (canBeRefused(contract) && REFUSED_BY[name]?.[contract.name] === undefined)
        lacks.push(`no course has ${contract.name} of ${name} refused (REFUSED_BY)`);
      if (undoOf(contract) && CANCELLED_IN[name]?.[contract.name] === undefined)
        lacks.push(`no course is cancelled during ${contract.name} of ${name} (CANCELLED_IN)`);
    }
    for (const table of [REACHED_BY, REFUSED_BY, CANCELLED_IN])
      for (const stale of Object.keys(table[name] ?? {}).filter((each) => !contracts.some((one) => one.name === each)))
        lacks.push(`${name} has no activity ${stale}`);
    for (const start of starts)
      for (const fate of fatesOf(start))
        if (courseTo(start, fate) === undefined) lacks.push(`no course of ${start.workflow} ends ${fate} (COURSES)`);
  }
  for (const { name } of KIT)
    if (name !== recordFate.name && KIT_REACHED_BY[name] === undefined)
      lacks.push(`no course calls ${name} of the kit (KIT_REACHED_BY)`);
  const names = pipelines.map(({ starts }) => starts[0]!.name);
  for (const stale of Object.keys({ ...REACHED_BY, ...REFUSED_BY }).filter((name) => !names.includes(name)))
    lacks.push(`there is no pipeline ${stale}`);
  return lacks;
}
