import type { Json } from '../../../src/kit/contract/outcome.ts';
import { verifyAudit } from '../../../src/kit/effects/audit.ts';
import { bind, type ActivityFunction, type Binding } from '../../../src/kit/effects/bind.ts';
import type { Database, Tx } from '../../../src/kit/effects/database.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';
import { PostgresStore } from '../../../src/kit/effects/postgres.ts';
import { bindRun } from '../../../src/kit/effects/run.ts';
import type { Effect, Observe, Point as Observed } from '../../../src/kit/effects/store.ts';
import { attempt, cameOf } from '../../../src/kit/testing/attempt.ts';
import { bindRunInMemory } from '../../../src/kit/testing/memory-run.ts';
import { MemoryStore, type MemoryTx } from '../../../src/kit/testing/memory-store.ts';
import { bindingOn } from '../../support/bound.ts';
import { keyed, local, neither, probeable } from '../../kit/effects/contracts.ts';
import { atProvider, inTransaction, type Act } from './bodies.ts';
import { farSide, type Far, type Mode } from './far.ts';
import type { Decision, Point, Row, Told } from './world.ts';
import { Thread } from './threads.ts';

/** What can be seen of a store and its far side. */
export interface Seen {
  readonly rows: Record<string, Row>;
  readonly audit: readonly string[];
  readonly done: readonly string[];
}

/** A store under test, for one story: keys of its own, a far side of its own, a clock that the story moves. */
export interface Site {
  readonly far: Far;
  hour: number;
  readonly start: (id: number, told: Told) => Thread;
  readonly resolve: (id: number, decision: Decision) => Promise<void>;
  readonly look: () => Promise<Seen>;
  /** Faults of the audit chain. */
  readonly faults: () => Promise<readonly string[]>;
}

export interface System {
  readonly mode: Mode;
  readonly open: (story: string) => Site;
}

const CONTRACTS = { local, keyed, probeable, neither } as const;
const NOON = Date.UTC(2026, 0, 1, 12);
const HOUR = 3_600_000;

/** The part of a binding that every store has, and the site around it. */
function siteOf(
  story: string,
  make: (parts: {
    far: Far;
    act: () => Act;
    observe: Observe;
    clock: () => Date;
  }) => { bound: Record<string, ActivityFunction> } & Pick<Site, 'look' | 'faults'>,
): Site {
  const far = farSide();
  const acts = new WeakMap<Thread, Act>();
  const thread = (): Thread => Thread.running.getStore()!;
  const observe: Observe = (point, { activity }) => {
    const at = activity === 'recordResolve' ? undefined : pointOf(point);
    return at && thread().comes(at);
  };
  const { bound, look, faults } = make({
    far,
    act: () => acts.get(thread())!,
    observe,
    clock: () => new Date(NOON + site.hour * HOUR),
  });
  const call = async (activity: string, input: object): Promise<string> => {
    const came = await cameOf(attempt(bound, activity, input, { workflowId: story }));
    return 'failure' in came ? came.failure : wordsOf(came.value);
  };
  const site: Site = {
    far,
    hour: 0,
    look,
    faults,
    start(id, told) {
      const attempted = new Thread(told);
      const { says, line, what, booking, seats } = told;
      acts.set(attempted, { id, says, line, requests: 0, comes: (point) => attempted.comes(point) });
      return attempted.start(() => call(what, { booking: `${story}-${booking}`, seats }));
    },
    async resolve(id, { booking, undo, action, seats }) {
      const forward = `bookings/${story}-${booking}`;
      const came = await call('recordResolve', {
        workflowId: story,
        updateId: `update-${id}`,
        actor: 'ann',
        reason: 'model',
        key: undo ? `${forward}/cancel` : forward,
        activity: undo ? 'cancel' : 'book',
        forwardKey: undo ? forward : null,
        action,
        value: undo ? null : { seats },
      });
      if (came !== '{}') throw new Error(`the decision was not recorded: ${came}`);
    },
  };
  return site;
}

/** Every other point of a binding is how an attempt ended. A body of the model tells its own `prepared` and `fenced`. */
const HELD: readonly string[] = ['received', 'claimed', 'worked', 'settled', 'committed', 'intended', 'sent'];
const pointOf = (point: Observed): Point | undefined => {
  if (point === 'prepared' || point === 'fenced') return undefined;
  return HELD.includes(point) ? (point as Point) : 'answered';
};

const wordsOf = (value: Json): string => {
  const { seats, undone } = value as { seats?: number; undone?: boolean };
  if (seats !== undefined) return `${seats} seats`;
  return undone === undefined ? JSON.stringify(value) : undone ? 'undone' : 'nothing to undo';
};

/** As the model has it: keys without the story, payloads by their seats. */
function rowsOf(
  story: string,
  effects: readonly (Omit<Effect, 'intendedAt'> & { intendedAt: Date | string })[],
): Record<string, Row> {
  return Object.fromEntries(
    effects
      .filter(({ base }) => base.startsWith('bookings/'))
      .map(({ key, fingerprint, state, outcome, sends, request, intendedAt }) => {
        const booking = /^bookings\/([^/#]+)/.exec(key)![1];
        const seats = [2, 3].find((each) => sha256({ booking, seats: each }) === fingerprint);
        const came = outcome && ('applied' in outcome ? wordsOf(outcome.applied) : outcome.refused.type);
        const row: Row = {
          state,
          seats: fingerprint === null ? null : (seats ?? NaN),
          outcome: came,
          sends,
          request: (request as { id?: string } | null)?.id ?? null,
          hour: (new Date(intendedAt).getTime() - NOON) / HOUR,
        };
        return [shortOf(story, key), row];
      }),
  );
}
const shortOf = (story: string, text: string): string => text.replace(`bookings/${story}-`, '');
const ofKeys = (story: string, events: readonly { event: string; key: string }[]): string[] =>
  events.filter(({ key }) => key.startsWith('bookings/')).map(({ event, key }) => `${event} ${shortOf(story, key)}`);

export const inMemory = (mode: Mode): System => ({
  mode,
  open: (story) =>
    siteOf(story, ({ far, act, observe, clock }) => {
      const store = new MemoryStore(observe);
      const binding = { ...bindingOn(store, observe), clock };
      let notes = 0;
      // Each note under a name of its own: a draft that is committed late takes none of another's away.
      const note = async (tx: MemoryTx, done: string): Promise<void> => void tx.set(`done ${++notes}`, done);
      const decide = bindRunInMemory(Object.values(CONTRACTS[mode]), binding);
      return {
        bound: { ...bodiesOf(mode, act, far, note, binding), ...decide },
        look: () =>
          Promise.resolve({
            rows: rowsOf(story, store.effects),
            audit: ofKeys(story, store.audit),
            done: [...far.done, ...store.data.values()].map((done) => shortOf(story, done as string)),
          }),
        faults: () => Promise.resolve([]),
      };
    }),
});

/** Where local effects of the model are real. */
export const NOTES = 'create table notes (n bigint generated always as identity, story text, done text)';

export const inPostgres = (mode: Mode, database: Database): System => ({
  mode,
  open: (story) =>
    siteOf(story, ({ far, act, observe, clock }) => {
      const store = new PostgresStore(database, observe);
      const binding = { ...bindingOn(store, observe), clock };
      const note = async (tx: Tx, done: string): Promise<void> =>
        void (await tx.query('insert into notes (story, done) values ($1, $2)', [story, done]));
      return {
        bound: { ...bodiesOf(mode, act, far, note, binding), ...bindRun(Object.values(CONTRACTS[mode]), binding) },
        async look() {
          const [found] = await database.query<{
            rows: (Effect & { intendedAt: string })[] | null;
            audit: { event: string; key: string }[] | null;
            notes: string[] | null;
          }>(
            `select (select json_agg(json_build_object('key', key, 'base', base_key, 'fingerprint', fingerprint,
                       'state', state, 'outcome', outcome, 'sends', sends, 'request', request, 'intendedAt', intended_at))
                     from kit.effects where workflow_id = $1) as rows,
                    (select json_agg(json_build_object('event', entry::jsonb->>'event', 'key', key) order by n)
                     from kit.audit where subject = $1) as audit,
                    (select json_agg(done order by n) from notes where story = $1) as notes`,
            [story],
          );
          return {
            rows: rowsOf(story, found!.rows ?? []),
            audit: ofKeys(story, found!.audit ?? []),
            done: [...far.done, ...(found!.notes ?? [])].map((done) => shortOf(story, done)),
          };
        },
        faults: async () =>
          (await verifyAudit(database, [sha256], { subject: story })).faults.map(({ fault, key }) => `${fault} ${key}`),
      };
    }),
});

function bodiesOf<Tx>(
  mode: Mode,
  act: () => Act,
  far: Far,
  note: (tx: Tx, done: string) => Promise<void>,
  binding: Binding<Tx>,
): Record<string, ActivityFunction> {
  if (mode === 'local') return bind(local, inTransaction(act, note), binding);
  return bind<typeof keyed, Tx>(CONTRACTS[mode] as typeof keyed, atProvider(act, far, mode), binding);
}
