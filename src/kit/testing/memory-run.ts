import { forwardOf, type Activity, type InputOf } from '../contract/activity.ts';
import type { Json } from '../contract/outcome.ts';
import * as run from '../contract/run.ts';
import { bind, type ActivityFunction, type Binding } from '../effects/bind.ts';
import { openingOf } from '../effects/run.ts';
import type { MemoryStore, MemoryTx } from './memory-store.ts';

/**
 * The kit's own activities over the memory store, as `bindRun` has them over Postgres: every story calls some of them.
 * One store a run. `record` is told its fates and decisions, in order.
 */
export function bindRunInMemory(
  contracts: readonly Activity[],
  binding: Binding<MemoryTx> & { readonly store: MemoryStore },
  record: (fact: Json) => void = () => undefined,
): Record<string, ActivityFunction> {
  const { store, fingerprint } = binding;
  const answers: InputOf<typeof run.recordAnswer>[] = [];
  return bind(
    run,
    {
      async recordStart({ businessId }) {
        record({ started: businessId });
        return {};
      },
      async recordFate({ fate, reason, result }) {
        record({ fate, reason, result });
        return { fate, reason, result };
      },
      async recordCancel({ actor, reason }) {
        record({ cancel: reason, actor });
        return {};
      },
      async recordResolve(decision, { tx, witness }) {
        const forwardActivity = forwardOf(contracts, decision.activity)?.name ?? null;
        if (!decision.conflict) await store.resolve(tx, { ...decision, forwardActivity }, witness);
        record({ resolve: decision.action, actor: decision.actor });
        return {};
      },
      async recordAnswer(answer) {
        answers.push(answer);
        record({ answer: answer.choice, actor: answer.actor });
        return {};
      },
      async openQuestion({ question, asked, shown }) {
        const shownPrint = fingerprint({ asked, shown });
        const given = answers.find((each) => each.question === question && each.fingerprint === shownPrint);
        if (!given) return { fingerprint: shownPrint, answer: null };
        const { choice, actor, reason, value } = given;
        return {
          fingerprint: shownPrint,
          answer: { choice, actor, reason, ...(value === undefined ? {} : { value }) },
        };
      },
      async openRun() {
        const current = await Promise.all(
          [...new Set(store.effects.map(({ base }) => base))].map((base) => store.find(base)),
        );
        const decided = store.effects.some(({ activity }) => activity === run.recordCancel.name);
        const recorded = current.flatMap(({ effect }) => (effect ? [{ ...effect, key: effect.base }] : []));
        return openingOf(contracts, decided, recorded);
      },
    },
    binding,
  );
}
