import { undoOf, type Activity, type Undo } from '../../kit/contract/activity.ts';
import { FAILURE, type EffectState } from '../../kit/contract/outcome.ts';
import { openRun, recordAnswer, recordCancel, recordFate, recordResolve, recordStart } from '../../kit/contract/run.ts';
import { UPDATE, type RunFate } from '../../kit/contract/updates.ts';
import type { Call, Decided, Told } from './history.ts';

/** How the key of a call stands. `conflict`: it holds another payload's effect. `reads`: it has none. */
export type Standing = EffectState | 'absent' | 'conflict' | 'reads';

/** One call that the reset run would make. */
export interface Predicted {
  readonly activity: string;
  readonly key: string;
  readonly standing: Standing;
  readonly says: string;
}

export interface Prediction {
  /** Calls whose answers come from the history: nothing runs. */
  readonly replayed: readonly Call[];
  readonly called: readonly Predicted[];
  /** How far it can be seen: to the end of the run, to a step that parks, or only as far as the history goes. */
  readonly until: 'end' | 'parked' | 'history';
  /** Keys that are applied, and that the run, walking back from where it is reset to, would not come to. */
  readonly left: readonly string[];
  readonly reapplied: readonly Decided[];
}

/** What must be known beside the history. */
export interface Known {
  readonly workflowId: string;
  readonly run: number;
  readonly fate: RunFate | null;
  /** A person's decision to cancel it is recorded. */
  readonly cancelled: boolean;
  readonly standingOf: (call: Pick<Call, 'activity' | 'input'>) => Promise<Standing>;
  readonly standingOfUndo: (undo: Undo, forward: Pick<Call, 'activity' | 'input'>) => Promise<Standing>;
}

/**
 * What a reset to `point` (a completed workflow task) would call. The story is taken to go the way of its history until
 * it meets something that has changed since: a burned key makes it walk back, a fate makes it end.
 */
export async function predict(told: Told, point: number, known: Known): Promise<Prediction> {
  const { calls, decisions } = told;
  const before = calls.filter(({ task }) => task < point);
  const replayed = before.filter(({ ended }) => ended !== null && ended.at < point);
  const reapplied = decisions.filter(({ at }) => at > point);
  const { called, begun, way } = await follow({ told, point, known, before, replayed, reapplied });
  const undone = new Set(before.filter(isUndo).map(({ key }) => key));
  if (way === 'back')
    for (const forward of begun.toReversed()) {
      const undo = undoOf(forward.activity)!;
      const key = undo.key(forward.input);
      if (undone.has(key)) continue;
      const standing = await known.standingOfUndo(undo, forward);
      called.push({ activity: undo.name, key, standing, says: says(standing, known) });
    }
  if ((way === 'back' || way === 'fate') && called.every(({ activity }) => activity !== recordFate.name)) {
    const fate = { fate: 'refused', reason: null, result: null }; // no part of what the key stands for
    called.push(await kits(recordFate, { workflowId: known.workflowId, run: known.run, ...fate }, known));
  }
  return {
    replayed,
    called,
    until: way === 'on' ? 'history' : way === 'parked' ? 'parked' : 'end',
    left: way === 'back' && known.fate === null ? await leftOf(calls, begun, undone, known) : [],
    reapplied,
  };
}

interface Followed {
  readonly called: Predicted[];
  /** What there is to undo, oldest first. */
  readonly begun: readonly Call[];
  /** Where the story goes when it leaves its history, or that history ends. */
  readonly way: 'on' | 'back' | 'fate' | 'over' | 'parked';
}

/** Follows the story from the point on, for as long as it goes the way of its history. */
async function follow({
  told,
  point,
  known,
  before,
  replayed,
  reapplied,
}: Pick<Prediction, 'replayed' | 'reapplied'> & {
  readonly told: Told;
  readonly point: number;
  readonly known: Known;
  readonly before: readonly Call[];
}): Promise<Followed> {
  const cancel = reapplied.find(({ name }) => name === UPDATE.cancel);
  const past = await pastOf(told.calls, replayed, known);
  const ahead = new Set([...past.settled].filter((key) => !replayed.some((call) => call.key === key)));
  const called: Predicted[] = [];
  const begun: Call[] = [];
  const begin = (call: Call, refused: boolean): void => {
    if (undoOf(call.activity) && !refused && begun.every(({ key }) => key !== call.key)) begun.push(call);
  };
  for (const call of replayed) begin(call, isRefusal(call));

  let way: Followed['way'] = before.some(isUndo) ? 'back' : 'on';
  /** The workflow task at which it left its history: what else that one made was made together. */
  let last = point;
  const leave = (to: Followed['way'], task: number): void => {
    if (way === 'on') [way, last] = [to, task];
  };
  /** Keys whose call failed: what comes after it under the same key is its retry. */
  const failed = new Set<string>();
  for (const call of told.calls) {
    if (replayed.includes(call)) continue;
    const { activity, key, task } = call;
    const underWay = task < point;
    if (way !== 'on' && !underWay && task !== last) break;
    if (!underWay && (isUndo(call) || activity === recordFate)) {
      // Not if that was a cancellation's doing that is not asked for again: then the story goes on, nobody knows where.
      if (lostRequests(told, point) === 0) leave(isUndo(call) ? 'back' : 'fate', task);
      break;
    }
    if (DECISIONS.includes(activity)) continue;
    if (failed.has(key)) {
      if (call.ended?.failure === undefined) failed.delete(key);
      continue;
    }
    const nothingNew = past.back && !past.settled.has(key) && !activity.reads;
    if (!underWay && (nothingNew || (cancel && ahead.size === 0))) {
      if (known.run > 1) begin(call, false);
      leave('back', task);
      continue;
    }
    const standing = isUndo(call)
      ? await known.standingOfUndo(activity as Undo, forwardOf(call, told.calls))
      : await known.standingOf(call);
    const toldAgain = standing === 'burned' && past.back && past.settled.has(key);
    if (activity === openRun && known.fate !== null && told.calls.some((each) => each.activity === recordStart)) {
      called.push({ activity: activity.name, key, standing, says: 'is answered with the fate' });
      leave('over', task); // a scheduled run asks for it first
      break;
    }
    called.push({ activity: activity.name, key, standing, says: toldAgain ? TOLD_AGAIN : says(standing, known) });
    begin(call, standing === 'refused');
    ahead.delete(key);
    if (call.ended?.failure !== undefined) failed.add(key);
    if (standing === 'burned' && !toldAgain) leave('back', task);
    if (standing === 'absent' && known.fate !== null) leave('fate', task);
    if (standing === 'conflict') leave('parked', task);
  }
  if (!cancel || ahead.size > 0) return { called, begun, way };
  const { id: updateId, actor, reason } = cancel;
  called.push(await kits(recordCancel, { workflowId: known.workflowId, updateId, actor, reason }, known));
  return { called, begun, way: 'back' };
}

/** Cancellations from outside after this point: Temporal asks again for decisions only. */
export const lostRequests = ({ cancelRequests }: Told, point: number): number =>
  cancelRequests.filter((at) => at > point).length;

/** A cancellation is asked for again; the others come before what they answer, and count by what they left in the store. */
const DECISIONS: readonly Activity[] = [recordCancel, recordResolve, recordAnswer];
const isUndo = ({ activity }: Call): boolean => 'undoes' in activity;
const isRefusal = ({ activity, ended }: Call): boolean =>
  ended?.failure === FAILURE.skipped || activity.errors[ended?.failure ?? ''] === 'refused';

const TOLD_AGAIN = 'was undone: its outcome is taken once more, and then the run walks back';
const says = (standing: Standing, { fate }: Known): string =>
  ({
    applied: 'its outcome is taken',
    refused: 'its outcome is taken',
    burned: 'burned: the run walks back',
    intended: 'in doubt: it is settled first',
    absent: fate === null ? 'happens for the first time' : 'nothing new is made: the run has a fate',
    conflict: "another payload's: it parks",
    reads: 'looks again',
  })[standing];

async function kits(activity: Activity, input: object, known: Known): Promise<Predicted> {
  const standing = await known.standingOf({ activity, input });
  return { activity: activity.name, key: activity.key(input), standing, says: says(standing, known) };
}

/** What a redriven run knows of the runs before it: as it learnt it, or as it will when it asks again. */
async function pastOf(
  calls: readonly Call[],
  replayed: readonly Call[],
  known: Known,
): Promise<{ back: boolean; settled: ReadonlySet<string> }> {
  const settled = new Set<string>();
  if (known.run === 1) return { back: false, settled };
  const opened = replayed.find(({ activity }) => activity === openRun);
  if (opened) {
    const { back, settled: keys } = opened.ended!.result as { back: string | null; settled: string[] };
    return { back: back !== null, settled: new Set(keys) };
  }
  let back = known.cancelled;
  for (const call of calls.filter((each) => !isUndo(each))) {
    const standing = await known.standingOf(call);
    if (['applied', 'refused', 'burned'].includes(standing)) settled.add(call.key);
    back ||= standing === 'burned';
  }
  return { back, settled };
}

/** The call that an undo undoes: it took the same input. */
const forwardOf = (undo: Call, calls: readonly Call[]): Call =>
  calls.find(({ activity, input }) => {
    const its = undoOf(activity);
    return its !== undefined && its.name === undo.activity.name && its.key(input) === undo.key;
  })!;

async function leftOf(
  calls: readonly Call[],
  begun: readonly Call[],
  undone: ReadonlySet<string>,
  known: Known,
): Promise<string[]> {
  const left = new Set<string>();
  for (const call of calls) {
    const undo = undoOf(call.activity);
    if (!undo || undone.has(undo.key(call.input)) || begun.some(({ key }) => key === call.key)) continue;
    if ((await known.standingOf(call)) === 'applied') left.add(call.key);
  }
  return [...left];
}
