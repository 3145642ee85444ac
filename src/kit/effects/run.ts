import { forwardOf, type Activity, type OutputOf } from '../contract/activity.ts';
import type { EffectState, Json } from '../contract/outcome.ts';
import * as run from '../contract/run.ts';
import type { Implementation } from './body.ts';
import type { Tx } from './database.ts';
import { bind, type ActivityFunction, type Binding } from './bind.ts';
import { ContractViolation } from './errors.ts';
import { issues, type Fingerprint } from './fingerprint.ts';
import type { EffectStore } from './store.ts';

/** The kit's own activities on Postgres: fates and decisions, each in one transaction with its key. */
export function runActivities(
  store: EffectStore<Tx>,
  fingerprint: Fingerprint,
  /** The pipeline's contracts: a value that a person gives must be what the waiting activity would give. */
  contracts: readonly Activity[],
): Implementation<typeof run, Tx> {
  const decide = (
    tx: Tx,
    kind: string,
    { workflowId, updateId, actor, reason }: { workflowId: string; updateId: string; actor: string; reason: string },
    at: Date,
    answer: { question?: string; fingerprint?: string; choice?: string; value?: Json | undefined } = {},
  ): Promise<object[]> =>
    tx.query(
      `insert into kit.decisions (workflow_id, update_id, kind, actor, reason, question, fingerprint, choice, value, decided_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        workflowId,
        updateId,
        kind,
        actor,
        reason,
        answer.question,
        answer.fingerprint,
        answer.choice,
        answer.value === undefined ? null : JSON.stringify(answer.value),
        at,
      ],
    );
  return {
    async recordStart({ workflowId, runId, pipeline, workflow, businessId, summary, payload }, { tx, now }) {
      await tx.query(
        `insert into kit.inbox (workflow_id, pipeline, workflow, business_id, fingerprint, payload, summary, state, run_id, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'started', $8, $9) on conflict (workflow_id) do nothing`,
        [
          workflowId,
          pipeline,
          workflow,
          businessId,
          fingerprint(payload),
          JSON.stringify(payload),
          summary,
          runId,
          now(),
        ],
      );
      return {};
    },

    async recordFate({ workflowId, run, fate, reason, result }, { tx, now }) {
      await tx.query(
        `update kit.inbox set state = 'ended', fate = $3, reason = $4, result = $5, ended_at = $6
         where workflow_id = $1 and run = $2`,
        [workflowId, run, fate, reason, JSON.stringify(result), now()],
      );
      return { fate, reason, result };
    },

    async recordCancel(decision, { tx, now }) {
      await decide(tx, 'cancel', decision, now());
      return {};
    },

    async recordResolve(decision, { tx, now, witness, refuse }) {
      const contract = contracts.find(({ name }) => name === decision.activity);
      if (!contract) throw new ContractViolation(`no activity ${decision.activity} in this worker`);
      if (decision.action === 'complete' && decision.forwardKey === null) {
        const value = contract.output.safeParse(decision.value);
        if (!value.success) throw refuse('ValueNotDeclared', issues(value.error).join(', '));
      }
      await decide(tx, 'resolve', decision, now());
      const forwardActivity = forwardOf(contracts, decision.activity)?.name ?? null;
      if (!decision.conflict) await store.resolve(tx, { ...decision, forwardActivity }, witness);
      return {};
    },

    async recordAnswer(decision, { tx, now }) {
      await decide(tx, 'answer', decision, now(), decision);
      return {};
    },

    async openQuestion({ workflowId, question, asked, shown }, { tx }) {
      // Asked again, it is another question: the first answer was to the first.
      const shownPrint = fingerprint({ asked, shown });
      const [found] = await tx.query<{ choice: string; actor: string; reason: string; value: Json }>(
        `select choice, actor, reason, value from kit.decisions
         where workflow_id = $1 and question = $2 and fingerprint = $3 and kind = 'answer'
         order by decided_at limit 1`,
        [workflowId, question, shownPrint],
      );
      if (!found) return { fingerprint: shownPrint, answer: null };
      const { value, ...answer } = found;
      return { fingerprint: shownPrint, answer: { ...answer, ...(value === null ? {} : { value }) } };
    },

    async openRun({ workflowId }, { tx }) {
      const [decided] = await tx.query<object>(
        `select from kit.decisions where workflow_id = $1 and kind = 'cancel' limit 1`,
        [workflowId],
      );
      const recorded = await tx.query<{ key: string; activity: string; state: EffectState }>(
        `select base_key as key, activity, state from kit.effects
         where workflow_id = $1 and key = kit.key_of(base_key) order by intended_at`,
        [workflowId],
      );
      const [known] = await tx.query<NonNullable<OutputOf<typeof run.openRun>['known']>>(
        `select run, case when state = 'ended' then jsonb_build_object('fate', fate, 'reason', reason, 'result', result) end as ended
         from kit.inbox where workflow_id = $1`,
        [workflowId],
      );
      return { ...openingOf(contracts, decided !== undefined, recorded), ...(known ? { known } : {}) };
    },
  };
}

/** What a redriven run is told of its keys, which are those that the runs before it recorded, and of a cancellation that was decided. */
export function openingOf(
  contracts: readonly Activity[],
  decided: boolean,
  recorded: readonly { readonly key: string; readonly activity: string; readonly state: EffectState }[],
): OutputOf<typeof run.openRun> {
  const undoes = new Map(contracts.map((each) => [each.name, 'undoes' in each]));
  const steps = recorded.filter(({ activity }) => undoes.get(activity) === false);
  const keys = (inDoubt: boolean): string[] =>
    steps.filter(({ state }) => (state === 'intended') === inDoubt).map(({ key }) => key);
  // An undo burns when it is settled; one that is only intended may have taken effect at the other side.
  const undoing =
    steps.some(({ state }) => state === 'burned') ||
    recorded.some(({ activity, state }) => state === 'intended' && undoes.get(activity));
  return { back: decided ? 'Cancelled' : undoing ? 'Burned' : null, settled: keys(false), inDoubt: keys(true) };
}

/** Binds the kit's own activities for a worker that has these. */
export function bindRun(contracts: readonly Activity[], binding: Binding<Tx>): Record<string, ActivityFunction> {
  return bind(run, runActivities(binding.store, binding.fingerprint, contracts), binding);
}
