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
 * wait for each other; effects under two keys see each other's data only when committed, and the later one wins. A
 * person's decision waits for nobody.
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

  async once(claim: Claim, witness: Witness, work: (tx: MemoryTx, key: string) => Promise<Json>): Promise<Fresh> {
    const effect = await this.#alone(claim.base, async (key) => {
      const { fresh, ...mine } = this.#claimed(key, claim, witness.now());
      if (!fresh) return { ...mine, fresh };
      await this.#observe('claimed', mine);
      const { outcome, commit } = await this.#attempt((tx) => work(tx, mine.key));
      await this.#observe('worked', mine);
      await this.#observe('settled', mine);
      commit();
      return { ...this.#write(mine, outcome, witness), fresh };
    });
    if (effect.fresh) await this.#observe('committed', effect);
    return effect;
  }

  async find(base: string): Promise<{ key: string; effect: Effect | undefined }> {
    const key = this.#keyOf(base);
    return { key, effect: this.#effects.get(key) };
  }

  intend(claim: Claim, key: string, request: Json, { now }: Witness): Promise<Fresh | 'outdated'> {
    return this.#alone(claim.base, (current) => {
      const found = this.#claimed(current, claim, now());
      if (found.fresh && key !== current) return 'outdated';
      return found.fresh ? { ...this.#put({ ...found, request, sends: 1 }), fresh: true } : found;
    });
  }

  async resend(key: string, sends: number, request?: Json): Promise<boolean> {
    const found = this.#effects.get(key);
    if (found?.state !== 'intended' || found.sends !== sends) return false;
    this.#put({ ...found, sends: sends + 1, request: request ?? found.request });
    return true;
  }

  async settle(key: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    const found = this.#effects.get(key)!;
    return found.state === 'intended' ? this.#write(found, outcome, witness) : found;
  }

  burn(key: string, witness: Witness): Promise<void> {
    return this.#alone(this.#effects.get(key)!.base, () => {
      const found = this.#effects.get(key)!;
      if (found.state === 'intended') this.#burn(found, witness);
    });
  }

  renew(key: string, witness: Witness): Promise<void> {
    return this.#alone(this.#effects.get(key)!.base, () => {
      const found = this.#effects.get(key)!;
      if (found.state !== 'intended') return;
      this.#burn(found, witness);
      this.#raise(found.base);
    });
  }

  async undo(
    forward: Claim,
    undo: Claim,
    witness: Witness,
    act: UndoAct<MemoryTx> | undefined,
  ): Promise<Fresh | 'forward-in-doubt' | 'forward-applied'> {
    const effect = await this.#alone(forward.base, async (key) => {
      const done = this.#claimed(key, forward, witness.now());
      if (!done.fresh && done.state === 'intended') return 'forward-in-doubt';
      const own = { ...undo, base: undoBase(undo.base, done) };
      return this.#alone(own.base, async (ownKey) => {
        const { fresh, ...mine } = this.#claimed(ownKey, own, witness.now());
        if (!fresh) return { ...mine, fresh };
        await this.#observe('claimed', mine);
        let commit: () => Effect;
        if (done.state !== 'applied') {
          commit = () => {
            if (done.fresh) this.#burn(done, witness);
            return this.#write(mine, { applied: { undone: false } }, witness);
          };
        } else if (act === undefined || ('request' in act && act.key !== mine.key)) {
          return 'forward-applied';
        } else if ('request' in act) {
          return { ...this.#put({ ...mine, request: act.request, sends: 1 }), fresh };
        } else {
          const worked = await this.#attempt(async (tx) => {
            await act.work(tx, appliedOf(done), mine.key);
            return { undone: true };
          });
          await this.#observe('worked', mine);
          commit = () => {
            worked.commit();
            if ('applied' in worked.outcome) this.#burn(done, witness);
            return this.#write(mine, worked.outcome, witness);
          };
        }
        await this.#observe('settled', mine);
        return { ...commit(), fresh };
      });
    });
    if (typeof effect === 'object' && effect.fresh && effect.state !== 'intended')
      await this.#observe('committed', effect);
    return effect;
  }

  settleUndo(forwardKey: string, undoKey: string, outcome: Outcome, witness: Witness): Promise<Effect> {
    return this.#alone(this.#effects.get(forwardKey)!.base, async () => {
      const mine = this.#effects.get(undoKey)!;
      await this.#observe('settled', mine);
      if (mine.state === 'intended' && 'applied' in outcome) this.#burn(this.#effects.get(forwardKey)!, witness);
      return this.settle(undoKey, outcome, witness);
    });
  }

  async resolve(tx: MemoryTx, resolution: Resolution, witness: Witness): Promise<void> {
    this.#atCommit.get(tx)!.push(() => this.#resolve(resolution, witness));
  }

  #resolve({ key, activity, forwardKey, forwardActivity, action, value }: Resolution, witness: Witness): void {
    const unclaimed = (base: string, of: string): Fresh => ({
      ...this.#claimed(this.#keyOf(base), { base, activity: of, fingerprint: '' }, witness.now()),
      fingerprint: null,
    });
    // What never came will be burned with its undo.
    const forward =
      forwardKey === null
        ? undefined
        : (this.#effects.get(this.#keyOf(forwardKey)) ?? unclaimed(forwardKey, forwardActivity!));
    const waiting = forward === undefined ? key : undoBase(key, forward);
    const found = this.#effects.get(this.#keyOf(waiting));
    if (action === 'retry') {
      if (found?.state === 'refused') this.#burn(found, witness);
      if (found?.state === 'refused' || found?.state === 'burned') this.#raise(waiting);
      if (found?.state === 'intended') this.#put({ ...found, sends: 0 });
      return;
    }
    const complete = action === 'complete';
    const skipped: Outcome = { refused: { type: 'Skipped', detail: 'by a person' } };
    const undone: Outcome = { applied: { undone: complete } };
    const outcome = forwardKey !== null ? undone : complete ? { applied: value } : skipped;
    const mine = found ?? unclaimed(waiting, activity);
    if (mine.state === 'intended') this.#write(mine, outcome, witness);
    else if (mine.state === 'refused') this.#write(mine, outcome, witness, 'resolved');
    if (forward !== undefined && forward.state !== 'burned') this.#burn(forward, witness);
  }

  /** What is there, when it is of the same payload; else a row that is written only when it is settled. */
  #claimed(key: string, claim: Claim, intendedAt: Date): Fresh {
    const found = this.#effects.get(key);
    if (found) return { ...matching(found, claim), fresh: false };
    return { ...claim, key, state: 'intended', outcome: null, request: null, sends: 0, intendedAt, fresh: true };
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

  #raise(base: string): void {
    this.#generations.set(base, (this.#generations.get(base) ?? 1) + 1);
  }

  /** The lock of a key: one at a time, in the order of their coming. The generation is that of the moment of coming. */
  #alone<T>(base: string, story: (key: string) => Promise<T> | T): Promise<T> {
    const key = this.#keyOf(base);
    const mine = (this.#queues.get(base) ?? Promise.resolve()).then(() => story(key));
    this.#queues.set(
      base,
      mine.catch(() => undefined),
    );
    return mine;
  }
}
