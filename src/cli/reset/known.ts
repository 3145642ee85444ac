import type { Activity } from '../../kit/contract/activity.ts';
import * as runContracts from '../../kit/contract/run.ts';
import type { Database } from '../../kit/effects/database.ts';
import { withoutVolatile, type Fingerprint } from '../../kit/effects/fingerprint.ts';
import { PostgresStore } from '../../kit/effects/postgres.ts';
import { undoBase } from '../../kit/effects/store.ts';
import type { Execution } from '../../kit/intake/execution.ts';
import { Inbox } from '../../kit/intake/inbox.ts';
import { contractsOf } from '../../kit/worker/manifest.ts';
import { PIPELINES } from '../../pipelines/index.ts';
import { privacyOf, type Services } from '../../services.ts';
import { InputError } from '../errors.ts';
import type { Known } from './predict.ts';

/** What this version and the store know of a run, beside its history. */
export interface Run extends Known {
  readonly contractOf: (activity: string) => Activity | undefined;
}

export async function knownOf(
  { config, database }: Services,
  workflowId: string,
  workflow: string,
  { run }: Execution,
): Promise<Run> {
  const manifest = PIPELINES.find(({ starts }) => starts.some((start) => start.workflow === workflow));
  const pipeline = manifest?.starts.find((start) => start.workflow === workflow);
  if (!manifest || !pipeline) throw new InputError(`no pipeline of this version has the workflow ${workflow}`);
  const contracts = new Map(
    [...contractsOf(manifest), ...Object.values(runContracts)].map((contract) => [contract.name, contract as Activity]),
  );
  const { fingerprint } = privacyOf(config, pipeline);
  const [fate, cancels] = await Promise.all([
    new Inbox(database).find(workflowId).then((row) => row?.fate ?? null),
    database.query(`select from kit.decisions where workflow_id = $1 and kind = 'cancel'`, [workflowId]),
  ]);
  return {
    workflowId,
    run,
    fate,
    cancelled: cancels.length > 0,
    contractOf: (activity) => contracts.get(activity),
    ...standings(database, fingerprint),
  };
}

/** How keys stand in the store. */
export function standings(database: Database, fingerprint: Fingerprint): Pick<Known, 'standingOf' | 'standingOfUndo'> {
  const store = new PostgresStore(database);
  return {
    async standingOf({ activity, input }) {
      if (activity.reads) return 'reads';
      const { effect } = await store.find(activity.key(input));
      if (!effect) return 'absent';
      const received = fingerprint(withoutVolatile(input, activity.volatile));
      return effect.fingerprint === null || effect.fingerprint === received ? effect.state : 'conflict';
    },
    async standingOfUndo(undo, { activity, input }) {
      const base = activity.key(input);
      const { key } = await store.find(base);
      return (await store.find(undoBase(undo.key(input), { key, base }))).effect?.state ?? 'absent';
    },
  };
}
