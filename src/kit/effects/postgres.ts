import type { Json, Outcome } from '../contract/outcome.ts';
import type { Database, Tx } from './database.ts';
import { attempt, audit, burn, claiming, effectOf, settle, type Row } from './postgres-rows.ts';
import {
  appliedOf,
  matching,
  undoBase,
  type Claim,
  type Effect,
  type EffectStore,
  type Observe,
  type Resolution,
  type UndoAct,
  type Witness,
} from './store.ts';

/**
 * Effects in Postgres: the key, the work, its outcome and the audit entry in one transaction at READ COMMITTED.
 * Three round trips an effect beyond the work's own: begin + claim + savepoint, settle + audit, commit.
 */
export class PostgresStore implements EffectStore<Tx> {
  readonly #database: Database;
  readonly #observe: Observe;
  readonly reader: Tx;

  constructor(database: Database, observe: Observe = () => undefined) {
    this.#database = database;
    this.reader = database;
    this.#observe = observe;
  }

  async once(
    claim: Claim,
    witness: Witness,
    work: (tx: Tx, key: string) => Promise<Json>,
  ): Promise<Effect & { fresh: boolean }> {
    const effect = await this.#database.connection(async (session) => {
      const [, [claimed]] = (await session.run(`begin; ${claiming(claim, 'intended', witness)}; savepoint work`)) as [
        unknown,
        [Row & { fresh: boolean }],
        unknown,
      ];
      const { fresh, ...found } = effectOf(claimed);
      if (!fresh) {
        await session.run('rollback');
        return { ...matching(found, claim), fresh };
      }
      await this.#observe('claimed', found);
      const outcome = await attempt(() => work(session, found.key));
      // A refusal undoes whatever the work did, keeps the key, and is itself the outcome.
      if ('refused' in outcome) await session.run('rollback to savepoint work');
      await this.#observe('worked', found);
      const settled = await settle(session, found, outcome, witness);
      await this.#observe('settled', found);
      await session.run('commit');
      return { ...settled, fresh };
    });
    if (effect.fresh) await this.#observe('committed', effect);
    return effect;
  }

  async find(base: string): Promise<{ key: string; effect: Effect | undefined }> {
    const [row] = await this.#database.query<Row & { current: string }>(
      'select k.current, e.* from (select kit.key_of($1) as current) k left join kit.effects e on e.key = k.current',
      [base],
    );
    const { current, ...found } = row!;
    return { key: current, effect: found.key === null ? undefined : effectOf(found) };
  }

  async intend(
    claim: Claim,
    key: string,
    request: Json,
    witness: Witness,
  ): Promise<(Effect & { fresh: boolean }) | 'outdated'> {
    return this.#database.connection(async (session) => {
      const [, [claimed]] = (await session.run(`begin; ${claiming(claim, 'intended', witness, request)}`)) as [
        unknown,
        [Row & { fresh: boolean }],
      ];
      const { fresh, ...found } = effectOf(claimed);
      const outdated = fresh && found.key !== key;
      await session.run(outdated ? 'rollback' : 'commit');
      return outdated ? 'outdated' : { ...matching(found, claim), fresh };
    });
  }

  async resend(key: string, sends: number, request?: Json): Promise<boolean> {
    const rows = await this.#database.query(
      `update kit.effects set sends = sends + 1, request = coalesce($3, request)
       where key = $1 and sends = $2 and state = 'intended' returning key`,
      [key, sends, request === undefined ? null : JSON.stringify(request)],
    );
    return rows.length === 1;
  }

  async settle(key: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    const found = await this.#database.query<Row>('select * from kit.effects where key = $1', [key]);
    return settle(this.#database, effectOf(found[0]!), outcome, witness);
  }

  async burn(key: string, witness: Witness): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const [row] = await tx.query<Row>('select * from kit.effects where key = $1 for update', [key]);
      if (row?.state === 'intended') await burn(tx, effectOf(row), witness);
    });
  }

  async renew(key: string, witness: Witness): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const [row] = await tx.query<Row>('select * from kit.effects where key = $1 for update', [key]);
      if (row?.state !== 'intended') return;
      await burn(tx, effectOf(row), witness);
      await tx.query('select kit.raise_generation($1)', [row.base_key]);
    });
  }

  async undo(
    forward: Claim,
    undo: Claim,
    witness: Witness,
    act: UndoAct<Tx> | undefined,
  ): Promise<(Effect & { fresh: boolean }) | 'forward-in-doubt' | 'forward-applied'> {
    return this.#database.connection(async (session) => {
      // Absent is claimed as burned: an attempt that comes later finds it so.
      const [, [claimed]] = (await session.run(`begin; ${claiming(forward, 'burned', witness)}`)) as [
        unknown,
        [Row & { fresh: boolean }],
      ];
      const { fresh: absent, ...done } = effectOf(claimed);
      matching(done, forward);
      if (done.state === 'intended') {
        await session.run('rollback');
        return 'forward-in-doubt';
      }
      const own = { ...undo, base: undoBase(undo.base, done) };
      const [[second]] = (await session.run(claiming(own, 'intended', witness))) as [[Row & { fresh: boolean }]];
      const { fresh, ...mine } = effectOf(second);
      if (!fresh) {
        await session.run('rollback');
        return { ...matching(mine, own), fresh };
      }
      await this.#observe('claimed', mine);
      let settled: Effect;
      if (absent || done.state !== 'applied') {
        if (absent) await audit(session, 'burned', done, witness);
        settled = await settle(session, mine, { applied: { undone: false } }, witness);
      } else if (act === undefined || ('request' in act && act.key !== mine.key)) {
        await session.run('rollback');
        return 'forward-applied';
      } else if ('request' in act) {
        const [row] = await session.query<Row>(
          'update kit.effects set request = $2, sends = 1 where key = $1 returning *',
          [mine.key, JSON.stringify(act.request)],
        );
        settled = effectOf(row!);
      } else {
        await session.run('savepoint work');
        const outcome = await attempt(async () => {
          await act.work(session, appliedOf(done), mine.key);
          return { undone: true };
        });
        if ('refused' in outcome) await session.run('rollback to savepoint work');
        else await burn(session, done, witness);
        await this.#observe('worked', mine);
        settled = await settle(session, mine, outcome, witness);
      }
      const over = settled.state !== 'intended';
      if (over) await this.#observe('settled', mine);
      await session.run('commit');
      if (over) await this.#observe('committed', mine);
      return { ...settled, fresh };
    });
  }

  async settleUndo(forwardKey: string, undoKey: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    return this.#database.transaction(async (tx) => {
      const [done] = await tx.query<Row>('select * from kit.effects where key = $1 for update', [forwardKey]);
      const [mine] = await tx.query<Row>('select * from kit.effects where key = $1 for update', [undoKey]);
      if (mine!.state === 'intended' && 'applied' in outcome) await burn(tx, effectOf(done!), witness);
      const settled = await settle(tx, effectOf(mine!), outcome, witness);
      await this.#observe('settled', settled);
      return settled;
    });
  }

  async resolve(
    tx: Tx,
    { key: base, activity, forwardKey, forwardActivity, action, value }: Resolution,
    witness: Witness,
  ): Promise<void> {
    // The forward key before the undo's, as everywhere. What never came will be burned with its undo.
    const forward =
      forwardKey === null
        ? undefined
        : action === 'retry'
          ? await locked(tx, forwardKey)
          : await claimed(tx, forwardKey, forwardActivity, 'burned', witness);
    const waiting = forward === undefined ? base : undoBase(base, forward);
    if (action === 'retry') {
      const found = await locked(tx, waiting);
      if (found?.state === 'refused' || found?.state === 'burned') {
        if (found.state === 'refused') await burn(tx, found, witness);
        await tx.query('select kit.raise_generation($1)', [waiting]);
      }
      // In doubt, and a person says that it did not happen: it may be sent as if for the first time.
      if (found?.state === 'intended') await tx.query('update kit.effects set sends = 0 where key = $1', [found.key]);
      return;
    }
    const outcome: Outcome =
      forwardKey !== null
        ? { applied: { undone: action === 'complete' } }
        : action === 'complete'
          ? { applied: value }
          : { refused: { type: 'Skipped', detail: 'by a person' } };
    const found = await claimed(tx, waiting, activity, 'intended', witness);
    // What is applied stays: the decision came too late, and the run will be given the outcome that there is.
    if (found.state === 'refused') {
      await tx.query('update kit.effects set state = $2, outcome = $3 where key = $1', [
        found.key,
        'applied' in outcome ? 'applied' : 'refused',
        JSON.stringify(outcome),
      ]);
      await audit(tx, 'resolved', { ...found, outcome }, witness);
    } else if (found.state === 'intended') {
      await settle(tx, found, outcome, witness);
    }
    if (forward && (forward.fresh || forward.state !== 'burned')) await burn(tx, forward, witness);
  }
}

/** The effect of the key's current generation, locked. */
async function locked(tx: Tx, base: string): Promise<(Effect & { fresh: undefined }) | undefined> {
  const [row] = await tx.query<Row>('select * from kit.effects where key = kit.key_of($1) for update', [base]);
  return row && effectOf(row);
}

/** … or made in this state where there was none: a person decides about what need not have come. */
async function claimed(
  tx: Tx,
  base: string,
  activity: string | null,
  state: Effect['state'],
  { now, subject }: Witness,
): Promise<Effect & { fresh: boolean }> {
  const [row] = await tx.query<Row & { fresh: boolean }>(
    'select fresh, (effect).* from kit.claim($1, $2, null, $3, null, $4, $5)',
    [base, activity, state, now(), subject],
  );
  return effectOf(row!);
}
