import { defineQuery, metricMeter, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { PROGRESS_QUERY, type Progress, type RunFate, type Stage, type StageState } from '../contract/updates.ts';

const STUCK = defineSearchAttributeKey('EvenkeelStuck', SearchAttributeType.BOOL);
const FATE = defineSearchAttributeKey('EvenkeelFate', SearchAttributeType.KEYWORD);

const MARK: Record<StageState, string> = {
  running: '…',
  done: '✓',
  refused: '✗',
  parked: '⏸',
  undoing: '↩ …',
  undone: '↩ ✓',
  'nothing to undo': '↩ –',
  stuck: '⚠',
  cancelled: '–',
};

/** What people see of a run: the stage table in the Web UI's current details, the `progress` query, search attributes, a count of stuck keys. */
export function trackProgress() {
  const stages = new Map<string, Stage>();
  const questions = new Map<string, Progress['questions'][number]>();
  let fate: RunFate | null = null;
  let pastPivot = false;
  let stuck = false;
  const stuckTotal = metricMeter.createCounter('evenkeel_stuck_total', 'keys', 'Keys that began to wait for a person');

  const asked = metricMeter.createCounter(
    'evenkeel_questions_total',
    'questions',
    'Questions that began to wait for a person',
  );

  const show = (): void => {
    const rows = [...stages.values()]
      .toReversed()
      .map(
        ({ activity, key, state, reason }) =>
          `| ${MARK[state]} ${state} | ${activity} | \`${key}\` | ${reason ?? ''} |`,
      );
    const open = [...questions.values()].map(
      ({ question, choices }) => `**waits for an answer: ${question}** (${choices.join(' / ')})`,
    );
    const head = fate === null ? (pastPivot ? 'past the pivot: forward only' : 'can be cancelled') : `**${fate}**`;
    setCurrentDetails(
      [head, ...open, '', '| state | activity | key | reason |', '|---|---|---|---|', ...rows].join('\n'),
    );
  };
  const waits = (): boolean => [...stages.values()].some(({ state }) => state === 'parked' || state === 'stuck');

  setHandler(
    defineQuery<Progress>(PROGRESS_QUERY),
    () => ({ fate, pastPivot, stages: [...stages.values()], questions: [...questions.values()] }),
    {
      description: 'What this run has done, what it waits for, and how it ended',
    },
  );
  show();
  return {
    stage(activity: string, key: string, state: StageState, reason?: string): void {
      stages.set(key, { activity, key, state, ...(reason === undefined ? {} : { reason }) });
      if (state === 'parked' || state === 'stuck') stuckTotal.add(1);
      // Each upsert is an event of the history, so only the change is written.
      if (stuck !== waits()) upsertSearchAttributes([{ key: STUCK, value: (stuck = !stuck) }]);
      show();
    },
    question(question: string, open: Omit<Progress['questions'][number], 'question'> | undefined): void {
      if (open) {
        questions.set(question, { question, ...open });
        asked.add(1, { question });
      } else questions.delete(question);
      show();
    },
    pivot(): void {
      pastPivot = true;
      show();
    },
    end(with_: RunFate): void {
      fate = with_;
      upsertSearchAttributes([{ key: FATE, value: fate }]);
      show();
    },
  };
}

export type Tracker = ReturnType<typeof trackProgress>;
