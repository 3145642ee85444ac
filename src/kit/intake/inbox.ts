import type { Json } from '../contract/outcome.ts';
import type { RunFate } from '../contract/updates.ts';
import type { Database } from '../effects/database.ts';

/** What the inbox knows of one business id. */
export interface Received {
  readonly workflowId: string;
  readonly pipeline: string;
  /** The workflow's type. */
  readonly workflow: string;
  readonly businessId: string;
  readonly fingerprint: string;
  readonly state: 'received' | 'started' | 'ended';
  readonly run: number;
  readonly runId: string | null;
  readonly summary: string;
  readonly fate: RunFate | null;
  readonly reason: string | null;
  readonly result: Json;
  readonly receivedAt: Date;
}

/** … and the payload, as its pipeline keeps it. */
export interface Kept extends Received {
  readonly payload: Json;
}

interface Row {
  workflow_id: string;
  pipeline: string;
  workflow: string;
  business_id: string;
  fingerprint: string;
  state: Received['state'];
  run: number;
  run_id: string | null;
  summary: string;
  fate: RunFate | null;
  reason: string | null;
  result: Json;
  received_at: Date;
  payload: Json;
}

const COLUMNS =
  'workflow_id, pipeline, workflow, business_id, fingerprint, state, run, run_id, summary, fate, reason, result, received_at';

/** The memory of starts: `received` → `started` → `ended`. A payload is kept as its pipeline seals it. */
export class Inbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Remembers a payload, once. Gives what is known under the id, which may be of an earlier delivery, or of another payload. */
  async receive(row: {
    workflowId: string;
    pipeline: string;
    workflow: string;
    businessId: string;
    fingerprint: string;
    payload: Json;
    summary: string;
    at: Date;
  }): Promise<Received & { fresh: boolean }> {
    const inserted = await this.#database.query<Row>(
      `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, received_at)
       values ($1, $2, $3, $4, $5, $6, $7, 'received', $8) on conflict (workflow_id) do nothing returning ${COLUMNS}`,
      [
        row.workflowId,
        row.pipeline,
        row.workflow,
        row.businessId,
        row.fingerprint,
        JSON.stringify(row.payload),
        row.summary,
        row.at,
      ],
    );
    if (inserted[0]) return { ...receivedOf(inserted[0]), fresh: true };
    return { ...(await this.find(row.workflowId))!, fresh: false };
  }

  async find(workflowId: string): Promise<Received | undefined> {
    const [row] = await this.#database.query<Row>(`select ${COLUMNS} from kit.inbox where workflow_id = $1`, [
      workflowId,
    ]);
    return row && receivedOf(row);
  }

  async kept(workflowId: string): Promise<Kept | undefined> {
    const [row] = await this.#database.query<Row>(`select ${COLUMNS}, payload from kit.inbox where workflow_id = $1`, [
      workflowId,
    ]);
    return row && keptOf(row);
  }

  /** Marks a start, with Temporal's id of it: a run that has ended meanwhile stays ended, one that was redriven is another. */
  async started(workflowId: string, run: number, runId: string | null): Promise<void> {
    await this.#database.query(
      `update kit.inbox set state = 'started', run_id = coalesce($3, run_id)
       where workflow_id = $1 and run = $2 and state in ('received', 'started')`,
      [workflowId, run, runId],
    );
  }

  /** What was received before `before` and is not known to be started, oldest first, with its payload. */
  async unstarted(pipeline: string, workflows: readonly string[], before: Date, limit: number): Promise<Kept[]> {
    // The least tried first: rows that cannot be started must not keep the others from their turn.
    const rows = await this.#database.query<Row>(
      `update kit.inbox set looked_at = now() where workflow_id in (
         select workflow_id from kit.inbox
         where pipeline = $1 and workflow = any($2) and state = 'received' and received_at < $3
         order by looked_at nulls first, received_at limit $4 for update skip locked
       ) returning ${COLUMNS}, payload`,
      [pipeline, workflows, before, limit],
    );
    return rows.map(keptOf);
  }

  /**
   * Started, without a fate, and not looked at since `before`: those whose run is gone or closed are for a person. Marks
   * them as looked at, so that many sweepers share the work and each run is looked at now and then.
   */
  async unheardOf(pipeline: string, before: Date, at: Date, limit: number): Promise<Received[]> {
    const rows = await this.#database.query<Row>(
      `update kit.inbox set looked_at = $3 where workflow_id in (
         select workflow_id from kit.inbox
         where pipeline = $1 and state = 'started' and coalesce(looked_at, received_at) < $2
         order by coalesce(looked_at, received_at) limit $4 for update skip locked
       ) returning ${COLUMNS}`,
      [pipeline, before, at, limit],
    );
    return rows.map(receivedOf);
  }

  /** What was started and has no fate, oldest first. */
  async open(): Promise<string[]> {
    const rows = await this.#database.query<Pick<Row, 'workflow_id'>>(
      `select workflow_id from kit.inbox where state = 'started' order by received_at`,
    );
    return rows.map((row) => row.workflow_id);
  }

  /** How many of these runs have ended, by fate; those that have not are `open`. */
  async fates(workflowIds: readonly string[]): Promise<Record<RunFate | 'open', number>> {
    const rows = await this.#database.query<{ fate: RunFate; n: number }>(
      `select fate, count(*)::int as n from kit.inbox where workflow_id = any($1) and state = 'ended' group by fate`,
      [workflowIds],
    );
    const fates = { completed: 0, refused: 0, compensated: 0, open: workflowIds.length };
    for (const { fate, n } of rows) {
      fates[fate] = n;
      fates.open -= n;
    }
    return fates;
  }

  /** Newest first. */
  async list(filter: {
    pipeline?: string | undefined;
    state?: string | undefined;
    fate?: string | undefined;
    limit: number;
  }): Promise<Received[]> {
    const rows = await this.#database.query<Row>(
      `select ${COLUMNS} from kit.inbox
       where ($1::text is null or pipeline = $1) and ($2::text is null or state = $2) and ($3::text is null or fate = $3)
       order by received_at desc, workflow_id limit $4`,
      [filter.pipeline, filter.state, filter.fate, filter.limit],
    );
    return rows.map(receivedOf);
  }
}

const receivedOf = (row: Row): Received => ({
  workflowId: row.workflow_id,
  pipeline: row.pipeline,
  workflow: row.workflow,
  businessId: row.business_id,
  fingerprint: row.fingerprint,
  state: row.state,
  run: row.run,
  runId: row.run_id,
  summary: row.summary,
  fate: row.fate,
  reason: row.reason,
  result: row.result,
  receivedAt: row.received_at,
});

const keptOf = (row: Row): Kept => ({ ...receivedOf(row), payload: row.payload });
