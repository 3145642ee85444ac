import type { Json, Outcome } from '../contract/outcome.ts';
import { Refusal } from '../effects/errors.ts';
import {
  appliedOf,
  matching,
  undoBase,
  type AuditEvent,
  type Claim,
  type Effect,
  type EffectStore,
  type Observe,
  type Resolution,
  type UndoAct,
  type Witness,
} from '../effects/store.ts';

/** What an effect in memory works with: a draft of the store's data, kept when the effect is applied. */
export type MemoryTx = Map<string, Json>;

export interface MemoryEntry {
  readonly subject: string;
  readonly key: string;
  readonly event: AuditEvent;
  readonly entry: string;
}

type Fresh = Effect & { fresh: boolean };

/**
 * The semantics of the Postgres store without its durability: for unit tests of workflows only. Effects under one key
 * wait for each other; effects under two keys see each other's data only when committed, and the later one wins.
 */
export class MemoryStore implements EffectStore<MemoryTx> {
  /** What effects have really done. */
  readonly data: MemoryTx = new Map();
  readonly audit: MemoryEntry[] = [];
  readonly #effects = new Map<string, Effect>();
  readonly #generations = new Map<string, number>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #atCommit = new WeakMap<MemoryTx, (() => void)[]>();
  readonly #observe: Observe;

  constructor(observe: Observe = () => undefined) {
    this.#observe = observe;
  }

  get reader(): MemoryTx {
    return this.data;
  }

  /** Every key there is, for a test to compare whole. */
  get effects(): Effect[] {
    return [...this.#effects.values()];
  }

  once(claim: Claim, witness: Witness, work: (tx: MemoryTx, key: string) => Promise<Json>): Promise<Fresh> {
    return this.#alone(claim.base, async () => {
      const { fresh, ...mine } = this.#claimed(claim, 'intended', witness.now());
      if (!fresh) return { ...mine, fresh };
      await this.#observe('claimed', mine);
      const { outcome, commit } = await this.#attempt((tx) => work(tx, mine.key));
      await this.#observe('worked', mine);
      commit();
      const settled = this.#write(mine, outcome, witness);
      await this.#observe('settled', mine);
      await this.#observe('committed', mine);
      return { ...settled, fresh };
    });
  }

  find(base: string): Promise<{ key: string; effect: Effect | undefined }> {
    const key = this.#keyOf(base);
    return Promise.resolve({ key, effect: this.#effects.get(key) });
  }

  intend(claim: Claim, request: Json, { now }: Witness): Promise<Fresh> {
    return this.#alone(claim.base, () => {
      const found = this.#claimed(claim, 'intended', now());
      return found.fresh ? { ...this.#put({ ...found, request, sends: 1 }), fresh: true } : found;
    });
  }

  resend(key: string, sends: number, request?: Json): Promise<boolean> {
    const found = this.#effects.get(key);
    if (found?.state !== 'intended' || found.sends !== sends) return Promise.resolve(false);
    this.#put({ ...found, sends: sends + 1, request: request ?? found.request });
    return Promise.resolve(true);
  }

  settle(key: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    const found = this.#effects.get(key)!;
    return Promise.resolve(found.state === 'intended' ? this.#write(found, outcome, witness) : found);
  }

  burn(key: string, witness: Witness): Promise<void> {
    const found = this.#effects.get(key);
    if (found?.state === 'intended') this.#burn(found, witness);
    return Promise.resolve();
  }

  renew(key: string, witness: Witness): Promise<void> {
    const found = this.#effects.get(key);
    if (found?.state !== 'intended') return Promise.resolve();
    this.#burn(found, witness);
    this.#generations.set(found.base, (this.#generations.get(found.base) ?? 1) + 1);
    return Promise.resolve();
  }

  undo(
    forward: Claim,
    undo: Claim,
    witness: Witness,
    act: UndoAct<MemoryTx> | undefined,
  ): Promise<Fresh | 'forward-in-doubt' | 'forward-applied'> {
    return this.#alone(forward.base, async () => {
      const done = this.#claimed(forward, 'burned', witness.now());
      if (done.state === 'intended') return 'forward-in-doubt';
      const own = { ...undo, base: undoBase(undo.base, done) };
      return this.#alone(own.base, async () => {
        const { fresh, ...mine } = this.#claimed(own, 'intended', witness.now());
        if (!fresh) return { ...mine, fresh };
        await this.#observe('claimed', mine);
        if (done.fresh) this.#burn(done, witness);
        if (done.state !== 'applied') return { ...this.#write(mine, { applied: { undone: false } }, witness), fresh };
        if (act === undefined || ('request' in act && act.forwardKey !== done.key)) return 'forward-applied';
        if ('request' in act) return { ...this.#put({ ...mine, request: act.request, sends: 1 }), fresh };
        const { outcome, commit } = await this.#attempt(async (tx) => {
          await act.work(tx, appliedOf(done), mine.key);
          return { undone: true };
        });
        await this.#observe('worked', mine);
        commit();
        if ('applied' in outcome) this.#burn(done, witness);
        return { ...this.#write(mine, outcome, witness), fresh };
      });
    });
  }

  settleUndo(forwardKey: string, undoKey: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    const mine = this.#effects.get(undoKey)!;
    if (mine.state === 'intended' && 'applied' in outcome) this.#burn(this.#effects.get(forwardKey)!, witness);
    return this.settle(undoKey, outcome, witness);
  }

  resolve(tx: MemoryTx, resolution: Resolution, witness: Witness): Promise<void> {
    this.#atCommit.get(tx)!.push(() => this.#resolve(resolution, witness));
    return Promise.resolve();
  }

  #resolve({ key, activity, forwardKey, action, value }: Resolution, witness: Witness): void {
    const forward = forwardKey === null ? undefined : this.#effects.get(this.#keyOf(forwardKey));
    const waiting = forward === undefined ? key : undoBase(key, forward);
    const found = this.#effects.get(this.#keyOf(waiting));
    if (action === 'retry') {
      if (found?.state === 'refused') this.#burn(found, witness);
      if (found?.state === 'refused' || found?.state === 'burned')
        this.#generations.set(waiting, (this.#generations.get(waiting) ?? 1) + 1);
      if (found?.state === 'intended') this.#put({ ...found, sends: 0 });
      return;
    }
    const skipped: Outcome = { refused: { type: 'Skipped', detail: 'by a person' } };
    const complete = action === 'complete';
    const forwards: Outcome = complete ? { applied: value } : skipped;
    const outcome: Outcome = forwardKey === null ? forwards : { applied: { undone: complete } };
    const mine = found ?? {
      ...this.#claimed({ base: waiting, activity, fingerprint: '' }, 'intended', witness.now()),
      fingerprint: null,
    };
    if (mine.state === 'intended') this.#write(mine, outcome, witness);
    else if (mine.state === 'refused') this.#write(mine, outcome, witness, 'resolved');
    if (forward !== undefined && forward.state !== 'burned') this.#burn(forward, witness);
  }

  /** What is there, when it is of the same payload; else a row that is written only when it is settled. */
  #claimed({ base, activity, fingerprint }: Claim, state: Effect['state'], intendedAt: Date): Fresh {
    const key = this.#keyOf(base);
    const found = this.#effects.get(key);
    if (!found)
      return {
        key,
        base,
        activity,
        fingerprint,
        state,
        outcome: null,
        request: null,
        sends: 0,
        intendedAt,
        fresh: true,
      };
    return { ...matching(found, { base, activity, fingerprint }), fresh: false };
  }

  async #attempt(work: (tx: MemoryTx) => Promise<Json>): Promise<{ outcome: Outcome; commit: () => void }> {
    const before = new Map(this.data);
    const draft: MemoryTx = new Map(before);
    this.#atCommit.set(draft, []);
    try {
      const applied = await work(draft);
      return { outcome: { applied }, commit: () => this.#commit(before, draft) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      // A refusal undoes whatever the work did, keeps the key, and is itself the outcome.
      return { outcome: { refused: { type: error.type, detail: error.detail } }, commit: () => undefined };
    }
  }

  #commit(before: MemoryTx, draft: MemoryTx): void {
    for (const [name, value] of draft) if (before.get(name) !== value) this.data.set(name, value);
    for (const name of before.keys()) if (!draft.has(name)) this.data.delete(name);
    for (const then of this.#atCommit.get(draft)!) then();
  }

  #write(effect: Effect, outcome: Outcome, witness: Witness, event?: AuditEvent): Effect {
    const state = 'applied' in outcome ? 'applied' : 'refused';
    return this.#audited({ ...effect, state, outcome }, event ?? state, witness);
  }

  #burn(effect: Effect, witness: Witness): void {
    this.#audited({ ...effect, state: 'burned' }, 'burned', witness);
  }

  #audited(effect: Effect, event: AuditEvent, witness: Witness): Effect {
    this.audit.push({ subject: witness.subject, key: effect.key, event, entry: witness.entry(event, effect) });
    return this.#put(effect);
  }

  #put({ key, base, activity, fingerprint, state, outcome, request, sends, intendedAt }: Effect): Effect {
    const row = { key, base, activity, fingerprint, state, outcome, request, sends, intendedAt };
    this.#effects.set(key, row);
    return row;
  }

  #keyOf(base: string): string {
    const generation = this.#generations.get(base);
    return generation === undefined ? base : `${base}#${generation}`;
  }

  /** The lock of a key: one at a time, in the order of their coming. */
  #alone<T>(base: string, story: () => Promise<T> | T): Promise<T> {
    const before = this.#queues.get(base) ?? Promise.resolve();
    const mine = before.then(story, story);
    this.#queues.set(base, mine);
    return mine;
  }
}
