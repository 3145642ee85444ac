import type { Point } from '../../effects/store.ts';
import type { AttemptProcess, Begun } from '../attempt-process.ts';
import { barriersOf } from '../points.ts';
import type { Effects, Exam, Intention, Round } from './exam.ts';

/** An attempt that stands at a barrier, in a process that will be killed or frozen there. */
export interface Held {
  readonly exam: Exam;
  readonly name: string;
  readonly intention: Intention;
  readonly point: Point;
  readonly begun: Begun;
  /** It is the forward activity, and its undo comes to see what became of it; else it is tried again. */
  readonly toUndo: boolean;
}

/** Has an attempt at every barrier of each activity, and of what each undoes, in one process. Those that do not come have their fault. */
export async function heldAtAll(
  exams: readonly Exam[],
  process: AttemptProcess,
  how: 'killed' | 'frozen',
): Promise<readonly Held[]> {
  const held = exams.flatMap((exam) => [
    ...barriersOf(exam.contract).map((point) => hold(exam, process, point, how, false)),
    ...(exam.undoes ? barriersOf(exam.forward).map((point) => hold(exam, process, point, how, true)) : []),
  ]);
  return (await Promise.all(held)).filter((one) => one !== undefined);
}

function hold(
  exam: Exam,
  process: AttemptProcess,
  point: Point,
  how: 'killed' | 'frozen',
  toUndo: boolean,
): Promise<Held | undefined> {
  const { contract, forward } = exam;
  const name = `${toUndo ? `${forward.name} ` : ''}${how} when it is ${point}, ${toUndo ? 'then undone' : 'tried again'}`;
  return exam.round(name, async (round) => {
    const what = `${how}-${toUndo ? 'forward-' : ''}${point}`;
    const intention = toUndo ? await exam.intend(what) : await exam.ready(round, what);
    const begun = await exam.begin(process, intention, [point], toUndo ? forward : contract);
    await begun.until(point);
    return { exam, name, intention, point, begun, toUndo };
  });
}

/** Goes on with all of them at once. */
export const each = <T>(
  held: readonly Held[],
  story: (round: Round, held: Held, n: number) => Promise<T>,
): Promise<(T | undefined)[]> =>
  Promise.all(held.map((one, n) => one.exam.round(one.name, (round) => story(round, one, n))));

/**
 * Whether there was something to undo, when these effects were counted before. Where a request was not sent, an undo
 * that asks under its key sends it, to know.
 */
export const somethingToUndo = ({ forward }: Exam, before: Effects): boolean | undefined =>
  before[forward.name]! > 0 ? true : forward.remote === undefined ? false : undefined;
