import { undoOf, type Activity } from '../contract/activity.ts';
import type { Pipeline } from '../contract/pipeline.ts';
import { bind, type ActivityFunction, type Binding } from '../effects/bind.ts';
import type { Implementation } from '../effects/body.ts';
import type { Tx } from '../effects/database.ts';
import { bindRun } from '../effects/run.ts';

/** A contract module with its bodies. */
export interface Module {
  readonly contracts: readonly Activity[];
  bind(binding: Binding<Tx>): Record<string, ActivityFunction>;
}

/** One pipeline: what starts its workflows, and contracts × implementations, made of what the worker has. */
export interface Manifest<Resources> {
  /** Its workflows. All share one name, which is the task queue, and are sealed or not together. */
  readonly starts: readonly Pipeline[];
  modules(resources: Resources): readonly Module[];
}

/** Pairs a contract module with one body for each of its activities. */
export const implemented = <C extends object>(contracts: C, bodies: Implementation<C, Tx>): Module => ({
  contracts: activitiesIn(contracts),
  bind: (binding) => bind(contracts, bodies, binding),
});

const activitiesIn = (contracts: object): Activity[] =>
  Object.values(contracts).filter(
    (value: unknown): value is Activity => typeof value === 'object' && value !== null && 'options' in value,
  );

/** The activities of a pipeline, the kit's own included. Throws where two have one name, or one undo serves two activities. */
export function activitiesOf<R>(
  manifest: Manifest<R>,
  resources: R,
  binding: Binding<Tx>,
): Record<string, ActivityFunction> {
  const modules = manifest.modules(resources);
  const contracts = modules.flatMap((module) => module.contracts);
  const twice = (names: readonly string[]): string | undefined => names.find((name, i) => names.indexOf(name) !== i);
  const named = twice(contracts.map(({ name }) => name));
  if (named !== undefined) throw new TypeError(`two activities are called ${named}`);
  const undone = twice(contracts.flatMap((contract) => undoOf(contract)?.name ?? []));
  if (undone !== undefined) throw new TypeError(`${undone} is the undo of two activities`);
  return Object.assign(bindRun(contracts, binding), ...modules.map((module) => module.bind(binding)));
}
