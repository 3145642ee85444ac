import { undoOf, type Activity } from '../contract/activity.ts';
import type { Pipeline } from '../contract/pipeline.ts';
import type { Schedule } from '../contract/schedule.ts';
import { bind, type ActivityFunction, type Binding } from '../effects/bind.ts';
import type { Implementation } from '../effects/body.ts';
import type { Tx } from '../effects/database.ts';
import { bindRun } from '../effects/run.ts';

/** A contract module with its bodies, which are made of what a worker has. */
export interface Module<Resources> {
  readonly contracts: readonly Activity[];
  bind(resources: Resources, binding: Binding<Tx>): Record<string, ActivityFunction>;
}

/** One pipeline: what starts its workflows, and contracts × implementations. */
export interface Manifest<Resources> {
  /** Its workflows. All share one name, which is the task queue, and are sealed or not together. */
  readonly starts: readonly Pipeline[];
  readonly modules: readonly Module<Resources>[];
  /** When Temporal starts some of them by itself; `evenkeel schedules apply` tells it. */
  readonly schedules?: readonly Schedule[];
}

/** Pairs a contract module with one body for each of its activities. */
export const implemented = <C extends object, Resources>(
  contracts: C,
  bodies: (resources: Resources) => Implementation<C, Tx>,
): Module<Resources> => ({
  contracts: activitiesIn(contracts),
  bind: (resources, binding) => bind(contracts, bodies(resources), binding),
});

/** The activities of a pipeline of its own; those of the kit, which every pipeline has, are in `contract/run.ts`. */
export const contractsOf = ({ modules }: Pick<Manifest<never>, 'modules'>): Activity[] =>
  modules.flatMap(({ contracts }) => contracts);

const activitiesIn = (contracts: object): Activity[] =>
  Object.values(contracts).filter(
    (value: unknown): value is Activity => typeof value === 'object' && value !== null && 'errors' in value,
  );

/** The activities of a pipeline, the kit's own included. Throws where two have one name, or one undo serves two activities. */
export function activitiesOf<R>(
  manifest: Manifest<R>,
  resources: R,
  binding: Binding<Tx>,
): Record<string, ActivityFunction> {
  const contracts = contractsOf(manifest);
  const twice = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i);
  const named = twice(contracts.map(({ name }) => name));
  if (named !== undefined) throw new TypeError(`two activities are called ${named}`);
  const undone = twice(contracts.flatMap((contract) => undoOf(contract)?.name ?? []));
  if (undone !== undefined) throw new TypeError(`${undone} is the undo of two activities`);
  return Object.assign(
    bindRun(contracts, binding),
    ...manifest.modules.map((module) => module.bind(resources, binding)),
  );
}
