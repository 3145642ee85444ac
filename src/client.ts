import { randomUUID } from 'node:crypto';
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Config } from './config.ts';
import type { Pipeline } from './kit/contract/pipeline.ts';
import {
  PROGRESS_QUERY,
  UPDATE,
  type Answer,
  type Decision,
  type Ended,
  type Progress,
  type Resolve,
  type Stage,
} from './kit/contract/updates.ts';
import type { Json } from './kit/contract/outcome.ts';
import { PostgresStore } from './kit/effects/postgres.ts';
import { Inbox, type Received } from './kit/intake/inbox.ts';
import { redrive, type Redriven } from './kit/intake/redrive.ts';
import { start, type Started } from './kit/intake/start.ts';
import { Datasets } from './datasets.ts';
import { Services } from './services.ts';

/** How long a worker may take to answer a query, and to take a decision. */
const QUERY_MS = 5_000;
const DECISION_MS = 30_000;
/** What the server fails an update with that a run had accepted when it was reset or terminated. That is not the run's no. */
const CLOSED_MEANWHILE = 'AcceptedUpdateCompletedWorkflow';

/**
 * Why a run cannot be asked.
 * - `unknown`: nothing was ever started under this id.
 * - `rejected`: the run said no to a decision; nothing was changed.
 * - `over`: the run has ended, or is gone, and takes no decisions.
 * - `unanswered`: no worker took the decision in time, or the run was reset or terminated meanwhile. It may be taken
 *   later: repeat it under the same update id.
 * - `no-fate`: the run was closed from outside (terminated, say) and has no fate.
 */
export class RunError extends Error {
  override readonly name = 'RunError';
  readonly code: 'unknown' | 'rejected' | 'over' | 'unanswered' | 'no-fate';
  constructor(code: RunError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What is known of one run, from the inbox, from Temporal and from the run itself. */
export interface Shown {
  readonly workflowId: string;
  /** Null: it did not come through the inbox. */
  readonly inbox: Received | null;
  /** Null: Temporal has forgotten it, or never had it. */
  readonly temporal: {
    /** `RUNNING`, `COMPLETED`, `TERMINATED`, … */
    readonly status: string;
    readonly runId: string;
    readonly startedAt: Date;
    readonly closedAt: Date | null;
    readonly events: number;
    /** Activities under way: the attempt's number, and the type of what the last one failed with. */
    readonly pending: readonly {
      readonly activity: string;
      readonly attempt: number;
      readonly failure: string | null;
    }[];
  } | null;
  /** Null: no worker answered. */
  readonly progress: Progress | null;
  /** The stages that wait for a person to `resolve` them. */
  readonly waits: readonly Stage[];
}

/** A decision that was recorded; `already` when it had been, under the same update id, and the run is over or was closed. */
export interface Decided {
  readonly updateId: string;
  readonly already: boolean;
}

/** Starts runs, looks at them, and decides about them. */
export class Evenkeel {
  readonly #services: Services;
  readonly #inbox: Inbox;

  constructor(services: Services) {
    this.#services = services;
    this.#inbox = new Inbox(services.database);
  }

  /** Starts a run, once a business id; see `Started` for what a duplicate gives. Throws `ContractViolation`, `Conflict`. */
  async start<P>(pipeline: Pipeline<P>, payload: NoInfer<P>): Promise<Started> {
    return start(await this.#services.starter(pipeline), pipeline, payload);
  }

  /** Waits for the fate, however long that takes; of a run that Temporal has forgotten, it comes from the inbox. */
  async result<T = Json>(workflowId: string): Promise<Ended<T>> {
    for (;;) {
      const known = await this.#inbox.find(workflowId);
      if (known?.fate) return { fate: known.fate, reason: known.reason, result: known.result as unknown as T | null };
      const handle = await this.#handle(workflowId);
      try {
        return (await handle.result()) as Ended<T>;
      } catch (cause) {
        if (cause instanceof WorkflowNotFoundError && !known) throw unknown(workflowId, cause);
        if (!(cause instanceof WorkflowNotFoundError) && !(cause instanceof WorkflowFailedError)) throw cause;
        // A reset closes the run and goes on in another, under the same id.
        const goesOn = await handle.describe().then(
          ({ status }) => status.name === 'RUNNING',
          () => false,
        );
        if (goesOn || (await this.#inbox.find(workflowId))?.fate) continue;
        throw new RunError('no-fate', `${workflowId} was closed without a fate; it has to be redriven`, { cause });
      }
    }
  }

  /** Everything that is known of a run. Throws `RunError` (`unknown`) when that is nothing. */
  async show(workflowId: string): Promise<Shown> {
    const inbox = (await this.#inbox.find(workflowId)) ?? null;
    const client = await this.#services.client();
    const handle = client.workflow.getHandle(workflowId);
    const description = await handle.describe().catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
    if (!description) {
      if (!inbox) throw unknown(workflowId);
      return { workflowId, inbox, temporal: null, progress: null, waits: [] };
    }
    const progress = await client
      .withDeadline(Date.now() + QUERY_MS, () => handle.query<Progress>(PROGRESS_QUERY))
      .catch(() => null); // no worker, or one whose code fails on this run
    return {
      workflowId,
      inbox,
      temporal: {
        status: description.status.name,
        runId: description.runId,
        startedAt: description.startTime,
        closedAt: description.closeTime ?? null,
        events: description.historyLength ?? 0,
        pending: (description.raw.pendingActivities ?? []).map(({ activityType, attempt, lastFailure }) => ({
          activity: activityType?.name ?? '',
          attempt: attempt ?? 1,
          failure: lastFailure ? (lastFailure.applicationFailureInfo?.type ?? 'TimedOut') : null,
        })),
      },
      progress,
      waits: (progress?.stages ?? []).filter(({ state }) => state === 'parked' || state === 'stuck'),
    };
  }

  /** Cancels the run and walks it back; rejected from its pivot on. Repeating it under its update id changes nothing. */
  cancel(workflowId: string, decision: Decision, updateId?: string): Promise<Decided> {
    return this.#decide(workflowId, UPDATE.cancel, decision, updateId);
  }

  /** Settles a key that waits for a person. */
  resolve(workflowId: string, decision: Resolve, updateId?: string): Promise<Decided> {
    return this.#decide(workflowId, UPDATE.resolve, decision, updateId);
  }

  /** Answers a question of the story. */
  answer(workflowId: string, decision: Answer, updateId?: string): Promise<Decided> {
    return this.#decide(workflowId, UPDATE.answer, decision, updateId);
  }

  /**
   * Runs again what was closed without a fate or is gone, under the same keys; see `Redriven` for what else there may be.
   * Throws `RunError` (`unknown`), and `ContractViolation` when the payload is not the one that was received.
   */
  async redrive(workflowId: string, decision: Decision): Promise<Redriven> {
    const kept = await this.#kept(workflowId);
    if (!kept) throw unknown(workflowId);
    const starter = await this.#services.starter({ name: kept.pipeline, sealed: kept.sealed });
    return redrive({ ...starter, store: new PostgresStore(this.#services.database) }, workflowId, decision);
  }

  /** The versions of datasets, and what people decide about them. */
  get datasets(): Datasets {
    return new Datasets(this.#services);
  }

  close(): Promise<void> {
    return this.#services.close();
  }

  async #decide(workflowId: string, update: string, decision: Decision, id?: string): Promise<Decided> {
    const updateId = id ?? randomUUID();
    const handle = await this.#handle(workflowId);
    try {
      await handle.client.withDeadline(Date.now() + DECISION_MS, () =>
        handle.executeUpdate(update, { args: [decision], updateId }),
      );
      return { updateId, already: false };
    } catch (cause) {
      if (cause instanceof WorkflowNotFoundError) {
        if (await this.#recorded(workflowId, updateId)) return { updateId, already: true };
        const known = await this.#inbox.find(workflowId);
        if (!known) throw unknown(workflowId, cause);
        throw new RunError(
          'over',
          `${workflowId} is over (${known.fate ?? 'without a fate'}): nothing can be decided`,
          {
            cause,
          },
        );
      }
      if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
        throw new RunError(
          'unanswered',
          `no worker took the decision within ${DECISION_MS / 1000} s; it may be taken later: repeat it under the id ${updateId}`,
          { cause },
        );
      if (cause instanceof WorkflowUpdateFailedError && cause.cause instanceof ApplicationFailure) {
        if (cause.cause.type !== CLOSED_MEANWHILE) throw new RunError('rejected', cause.cause.message, { cause });
        if (await this.#recorded(workflowId, updateId)) return { updateId, already: true };
        throw new RunError(
          'unanswered',
          `${workflowId} was closed before the decision was answered; it may be taken: repeat it under the id ${updateId}`,
          { cause },
        );
      }
      throw cause;
    }
  }

  async #recorded(workflowId: string, updateId: string): Promise<boolean> {
    const rows = await this.#services.database.query(
      'select from kit.decisions where workflow_id = $1 and update_id = $2',
      [workflowId, updateId],
    );
    return rows.length > 0;
  }

  /** Whether a run is sealed its inbox row knows, also for pipelines of other teams. */
  async #kept(workflowId: string): Promise<{ pipeline: string; sealed: boolean } | undefined> {
    const [row] = await this.#services.database.query<{ pipeline: string; sealed: boolean }>(
      "select pipeline, payload ? 'sealed' as sealed from kit.inbox where workflow_id = $1",
      [workflowId],
    );
    return row;
  }

  /** What is said to a sealed run is sealed too. */
  async #handle(workflowId: string): Promise<WorkflowHandle> {
    const sealed = (await this.#kept(workflowId))?.sealed ?? false;
    return (await this.#services.client({ sealed })).workflow.getHandle(workflowId);
  }
}

const unknown = (workflowId: string, cause?: unknown): RunError =>
  new RunError('unknown', `nothing was ever started as ${workflowId}`, { cause });

/** Opens the services that `config` names, once for the life of a process; `close()` it at the end. */
export async function connect(config: Config): Promise<Evenkeel> {
  const services = new Services(config);
  try {
    await services.client();
    return new Evenkeel(services);
  } catch (error) {
    await services.close();
    throw error;
  }
}
