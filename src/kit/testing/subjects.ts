import type { Activity, ErrorOf, InputOf } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import { bind, type Binding } from '../effects/bind.ts';
import type { Implementation } from '../effects/body.ts';
import { Database, TIMEOUTS, type Timeouts, type Tx } from '../effects/database.ts';
import { sha256 } from '../effects/fingerprint.ts';
import { PostgresStore } from '../effects/postgres.ts';
import type { Observe } from '../effects/store.ts';
import { attempt, cameOf, type AttemptOf, type Came } from './attempt.ts';

/** Where the stores and the far side are. Every process is told, so it is plain data; a module adds what it needs. */
export interface Site {
  /** A Postgres with the kit's migrations and the module's own. */
  readonly database: string;
}

/** How many there are, or the things themselves. */
type Counted = number | readonly unknown[];

interface Counting<A, M> {
  /** The effects that this input has had, counted where they are true: in the domain's tables, at the provider; never in the kit's. */
  readonly effects: (input: InputOf<A>, means: M) => Counted | Promise<Counted>;
  /** The same key with another payload. Absent: the input with one field more, which a schema that is not strict lets pass. */
  readonly other?: (input: InputOf<A>) => InputOf<A>;
}

/** How an activity is tried. */
export interface Subject<A, M> extends Counting<A, M> {
  /**
   * An input that succeeds, of this business id, which nobody has had before. Makes what the activity needs beforehand.
   * Inputs of two ids share no row that one of them locks: the harness holds many in open transactions at once.
   */
  readonly input: (id: string, means: M) => InputOf<A> | Promise<InputOf<A>>;
  /** Inputs that are refused, by the refusal. */
  readonly refused?: {
    readonly [E in ErrorOf<A, 'refused'>]?: (id: string, means: M) => InputOf<A> | Promise<InputOf<A>>;
  };
}

/** How an undo is tried: on the inputs of what it undoes. */
export interface UndoSubject<A, M> extends Counting<A, M> {
  /** Makes that this undo, whose forward is applied, is refused. */
  readonly refused?: { readonly [E in ErrorOf<A, 'refused'>]?: (input: InputOf<A>, means: M) => unknown };
}

/** What a module's activities are tried with. `Resources` is what `open` gives: a plain object. */
export interface Declared<C, Where, Resources> {
  readonly contracts: C;
  /** Opens what bodies and counts work with: once in each process, with what that was told. */
  readonly open?: (site: Where) => Resources | Promise<Resources>;
  /** Closes it in the process that counts; the others are killed. */
  readonly close?: (resources: Resources) => unknown;
  readonly bodies: (resources: Resources, binding: Binding<Tx>) => Implementation<C, Tx>;
  /** One for each activity of the module: a missing one does not compile. */
  readonly activities: {
    readonly [K in keyof C as C[K] extends { readonly errors: unknown } ? K : never]: C[K] extends {
      readonly undoes: true;
    }
      ? UndoSubject<C[K], Resources & { readonly database: Tx }>
      : Subject<C[K], Resources & { readonly database: Tx }>;
  };
  /** The name under which the module exports these subjects. Absent: it is the default export. */
  readonly exported?: string;
}

/** A module's activities, ready to be tried in any process. */
export interface Subjects<Where extends Site = never> {
  readonly contracts: readonly Activity[];
  /** Where another process finds them. */
  readonly module: string;
  readonly exported: string;
  open(site: Where, options: OpenOptions): Promise<Opened>;
}

export interface OpenOptions {
  readonly observe: Observe;
  readonly timeouts?: Timeouts | undefined;
  readonly connections?: number;
}

/** A subject whose types are forgotten. */
export interface AnySubject {
  readonly input?: (id: string, means: object) => unknown;
  readonly effects: (input: unknown, means: object) => Counted | Promise<Counted>;
  readonly other?: (input: unknown) => unknown;
  readonly refused?: Readonly<Record<string, (idOrInput: unknown, means: object) => unknown>>;
}

/** Subjects in one process, bound as a worker would bind them. */
export interface Opened {
  readonly database: Database;
  /** What subjects are given beside id or input. */
  readonly means: object;
  subject(contract: Activity): AnySubject;
  attempt(activity: string, input: Json, of: AttemptOf): Promise<Came>;
  close(): Promise<void>;
}

/** Declares how the activities of one contract module are tried. `module` is the `import.meta.url` of the declaring file. */
export function subjects<C extends object, Where extends Site = Site, Resources extends object = object>(
  module: string,
  declared: Declared<C, Where, Resources>,
): Subjects<Where> {
  const names = Object.keys(declared.activities);
  const contracts = names.map((name) => (declared.contracts as Record<string, Activity>)[name]!);
  const subjects = Object.values(declared.activities as unknown as Record<string, AnySubject>);
  return {
    contracts,
    module,
    exported: declared.exported ?? 'default',
    async open(site, { observe, timeouts = TIMEOUTS, connections = 100 }) {
      const database = new Database(site.database, { timeouts, max: connections });
      const resources = (await declared.open?.(site)) ?? ({} as Resources);
      /** Of what nobody declared, Temporal is told class and code; whoever mends it needs the place as well. */
      const traces = new Map<string, string>();
      const binding: Binding<Tx> = {
        pipeline: 'harness',
        store: new PostgresStore(database, observe),
        fingerprint: sha256,
        clock: () => new Date(),
        observe,
        log: ({ workflowId, activity, attempt, error }) => {
          if (error !== undefined) traces.set(`${workflowId} ${activity} ${attempt}`, error);
        },
      };
      const bound = bind(declared.contracts, declared.bodies(resources, binding), binding);
      return {
        database,
        means: { ...resources, database },
        subject: (contract) => subjects[contracts.indexOf(contract)]!,
        async attempt(activity, input, of) {
          const came = await cameOf(attempt(bound, activity, input, of));
          const trace = traces.get(`${of.workflowId} ${activity} ${of.attempt}`);
          return 'failure' in came && trace !== undefined ? { ...came, message: trace } : came;
        },
        async close() {
          await declared.close?.(resources);
          await database.close();
        },
      };
    },
  };
}

/** The activities that have no subject: names to be shown by a test that is red until there is one. */
export const withoutSubject = (contracts: readonly Activity[], tried: readonly Subjects[]): string[] =>
  contracts
    .filter((contract) => !tried.some((subjects) => subjects.contracts.includes(contract)))
    .map(({ name }) => name);
