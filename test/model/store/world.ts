import { farSide, type Far, type Line, type Mode, type Says } from './far.ts';

/**
 * The reference: what the life of a key is. An attempt is a row of steps, each of which happens at once; a world is all
 * there is between two steps. Where several attempts are under way, every order of their steps gives a world, and what
 * the store under test shows must be one of them.
 */

/** Where an attempt can be held, in the words of `Observe` and of a body's calls. */
export const POINTS = {
  local: ['received', 'claimed', 'worked', 'settled', 'committed', 'answered'],
  remote: [
    ...['received', 'prepares', 'prepared', 'intended', 'sent', 'settled', 'claimed', 'committed', 'answered'],
    ...['looks', 'looked', 'fences', 'fenced'],
  ],
} as const;
export type Point = (typeof POINTS)['local' | 'remote'][number];
export type At =
  | Point
  | 'look'
  | 'find'
  | 'arrive'
  | 'claim'
  | 'undo'
  | 'doubt'
  | 'learn'
  | 'renew'
  | 'resend'
  | 'settle'
  | 'burn'
  | 'gone';

export interface Told {
  readonly what: 'book' | 'cancel';
  readonly booking: string;
  /** The payload: other seats under the same key are a conflict. */
  readonly seats: number;
  readonly says: Says;
  readonly line: Line;
  readonly until: Point | 'end';
  readonly then: 'sleeps' | 'dies';
}

export interface Row {
  readonly state: 'intended' | 'applied' | 'refused' | 'burned';
  /** Null: settled by a person, for whatever payload. */
  readonly seats: number | null;
  readonly outcome: string | null;
  readonly sends: number;
  readonly request: string | null;
  readonly hour: number;
}

export interface Attempt extends Told {
  readonly id: number;
  until: Told['until'];
  then: Told['then'];
  at: At;
  sleeps: boolean;
  /** The forward key that an undo works on, and the key that is brought to its outcome: its own, or that forward's. */
  forward: string;
  key: string;
  settling: 'own' | 'forward';
  /** The key that the prepared request is for. */
  prepared: string;
  request: string | null;
  requests: number;
  sends: number;
  /** When it claimed its key. */
  hour: number;
  outcome: string;
  refused: boolean;
  answer: string | null;
}

export interface World {
  readonly mode: Mode;
  hour: number;
  readonly rows: Record<string, Row>;
  readonly generations: Record<string, number>;
  /** Who holds a booking in an open transaction. */
  readonly locks: Record<string, number>;
  readonly audit: string[];
  readonly far: Far;
  readonly attempts: Record<number, Attempt>;
}

export const emptyWorld = (mode: Mode): World => ({
  mode,
  hour: 0,
  rows: {},
  generations: {},
  locks: {},
  audit: [],
  far: farSide(),
  attempts: {},
});

export function begin(w: World, id: number, told: Told): void {
  const mine = {
    forward: '',
    key: '',
    settling: 'own',
    prepared: '',
    request: null,
    requests: 0,
    sends: 0,
    hour: 0,
  } as const;
  w.attempts[id] = { ...told, id, ...mine, at: 'received', sleeps: false, outcome: '', refused: false, answer: null };
  arrive(w, w.attempts[id], 'received');
}

export function wake(w: World, id: number, until: Told['until'], then: Told['then']): void {
  Object.assign(w.attempts[id]!, { sleeps: false, until, then });
}

export const keyOf = (w: World, base: string): string => {
  const generation = w.generations[base];
  return generation === undefined ? base : `${base}#${generation}`;
};
/** `b1#2` is undone under `b1/cancel@2`. */
export const undoOf = (forward: string): string => {
  const [booking, generation] = forward.split('#');
  return `${booking}/cancel${generation === undefined ? '' : `@${generation}`}`;
};
export const raise = (w: World, key: string): void => {
  const base = key.split('#')[0]!;
  w.generations[base] = (w.generations[base] ?? 1) + 1;
};
export const answerOf = ({ state, outcome }: Row): string => (state === 'burned' ? 'Burned' : outcome!);

export function put(
  w: World,
  key: string,
  change: Partial<Row>,
  event?: 'applied' | 'refused' | 'burned' | 'resolved',
): void {
  const nothing = { state: 'intended', seats: null, outcome: null, sends: 0, request: null, hour: w.hour } as const;
  w.rows[key] = { ...nothing, ...w.rows[key], ...change };
  if (event) w.audit.push(`${event} ${key}`);
}
export const burn = (w: World, key: string, more: Partial<Row> = {}): void =>
  put(w, key, { ...more, state: 'burned' }, 'burned');

/** Comes to its next step; held there, it sleeps, or it dies, and an open transaction with it. */
export function arrive(w: World, a: Attempt, at: At): void {
  a.at = at;
  if (at !== a.until) return;
  if (a.then === 'sleeps') {
    a.sleeps = true;
  } else {
    a.answer = null;
    gone(w, a);
  }
}
export function gone(w: World, a: Attempt): void {
  a.at = 'gone';
  release(w, a);
}
export function release(w: World, a: Attempt): void {
  if (w.locks[a.booking] === a.id) delete w.locks[a.booking];
}

export interface Decision {
  readonly booking: string;
  readonly undo: boolean;
  readonly action: 'retry' | 'skip' | 'complete';
  readonly seats: number;
}

/** What a person's `resolve` does to the key that waits. */
export function resolve(w: World, { booking, undo, action, seats }: Decision): void {
  const forward = keyOf(w, booking);
  const key = undo ? keyOf(w, undoOf(forward)) : forward;
  const row = w.rows[key];
  if (action === 'retry') {
    if (row?.state === 'refused') burn(w, key);
    if (row?.state === 'refused' || row?.state === 'burned') raise(w, key);
    if (row?.state === 'intended') put(w, key, { sends: 0 });
    return;
  }
  const done = action === 'complete';
  const outcome = undo ? (done ? 'undone' : 'nothing to undo') : done ? `${seats} seats` : 'Skipped';
  const state = undo || done ? 'applied' : 'refused';
  if (!row || row.state === 'intended') put(w, key, { outcome, state }, state);
  else if (row.state === 'refused') put(w, key, { outcome, state }, 'resolved');
  if (undo && w.rows[forward]?.state !== 'burned') burn(w, forward);
}
