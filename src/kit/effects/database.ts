import { DatabaseError, escapeLiteral, Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';

/** What an effect works with inside its transaction. Rows are plain objects; int8 comes as a string of digits. */
export interface Tx {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Timeouts {
  /** Waiting for one lock: longer than any honest transaction of ours, shorter than an attempt. */
  lockMs: number;
  /** One statement. */
  statementMs: number;
  /** Between two statements of one transaction: a paused process may hold its locks no longer than this. */
  idleInTransactionMs: number;
}

/** All below the shortest `attempt` (15 s), so that a paused process cannot block its successors. */
export const TIMEOUTS: Timeouts = { lockMs: 4_000, statementMs: 8_000, idleInTransactionMs: 5_000 };

/** For a transaction that only reads, all there is of something: nothing waits for it. In `run`, after `begin`. */
export const PATIENTLY = "set local statement_timeout = '600s'; set local idle_in_transaction_session_timeout = '600s'";

/** A pool on one database, whose connections carry the time-outs. */
export class Database {
  readonly #pool: Pool;

  constructor(
    url: string,
    { max = 20, timeouts = TIMEOUTS, name = 'evenkeel' }: { max?: number; timeouts?: Timeouts; name?: string } = {},
  ) {
    this.#pool = new Pool({
      connectionString: url,
      max,
      application_name: name,
      connectionTimeoutMillis: 5_000,
      lock_timeout: timeouts.lockMs,
      statement_timeout: timeouts.statementMs,
      idle_in_transaction_session_timeout: timeouts.idleInTransactionMs,
    });
    // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
    this.#pool.on('error', () => undefined);
  }

  async query<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#pool.query<Row & QueryResultRow>(sql, [...values])).rows;
  }

  /**
   * Runs `story` on one connection. It sends `begin`, `commit` and `rollback` itself, so that statements can share a
   * round trip (`run`). Whatever it throws is followed by a rollback; a connection that cannot roll back is dropped.
   */
  async connection<T>(story: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // A connection that dies between two statements emits `error`; the next statement fails anyway and is what counts.
    const ignore = (): void => undefined;
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      return await story(sessionOf(client));
    } catch (error) {
      broken = await client.query('rollback').then(
        () => undefined,
        (cause: unknown) => cause as Error,
      );
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  /** `begin`, `story`, `commit`. */
  async transaction<T>(story: (tx: Tx) => Promise<T>): Promise<T> {
    return this.connection(async (session) => {
      await session.run('begin');
      const result = await story(session);
      await session.run('commit');
      return result;
    });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

export interface Session extends Tx {
  /** Several statements without parameters in one round trip; gives the rows of each. */
  run(sql: string): Promise<object[][]>;
}

const sessionOf = (client: PoolClient): Session => ({
  query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<Row & QueryResultRow>(sql, [...values])).rows,
  run: async (sql) => {
    const results: unknown = await client.query(sql);
    return (Array.isArray(results) ? results : [results]).map((result: QueryResult<object>) => result.rows);
  },
});

/** Quotes a value for `run`. */
export const literal = (value: string | null): string => (value === null ? 'null' : escapeLiteral(value));

/** The class and code of a database error, which is all of it that may leave the process. */
export const databaseCode = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

/** True for a breach of this constraint: how an implementation maps a database error to a refusal. */
export const breaches = (error: unknown, constraint: string): boolean =>
  error instanceof DatabaseError && error.constraint === constraint;
