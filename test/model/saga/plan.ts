import fc from 'fast-check';
import type { Told } from './workflow.ts';

/** How an attempt fails without a refusal. */
export type Fail = 'busy' | 'breaks';
/** `answer lost`: it takes effect, and fails all the same. */
export type Says = 'yes' | 'answer lost' | 'no';
/** What the attempts of an activity come to, one after the other. */
export interface Script {
  readonly fails: readonly Fail[];
  readonly says: Says;
}
export interface Step {
  readonly by: 'book' | 'wire';
  /** The story takes its refusal as information and goes on. */
  readonly caught: boolean;
  readonly slow: boolean;
  readonly does: Script;
  readonly undo: Script;
  /** What a person says to its undo when that is stuck. */
  readonly person: 'retry' | 'skip' | 'complete';
}

/** What happens to a run from outside, at a moment of one of its steps. */
export interface Happening {
  readonly what: 'cancelled by a person' | "cancelled in Temporal's UI" | 'terminated and redriven' | 'reset';
  readonly when: 'begins' | 'is done' | 'is undone';
  /** Which step, and to which of the tasks before that moment a reset goes back; both counted round. */
  readonly step: number;
  readonly task: number;
}

export type Item =
  | { readonly do: 'steps'; readonly steps: readonly Step[] }
  | { readonly do: 'pivot'; readonly does: Script }
  | { readonly do: 'outcome' }
  | ({ readonly do: 'happens' } & Happening);

const PLAIN: Script = { fails: [], says: 'yes' };
export const plain = (step: Partial<Step> = {}): Step => ({
  by: 'book',
  caught: false,
  slow: false,
  does: PLAIN,
  undo: PLAIN,
  person: 'retry',
  ...step,
});

const seldom = (one: number): fc.Arbitrary<boolean> => fc.nat(one - 1).map((n) => n === one - 1);
const script = (refuses: number): fc.Arbitrary<Script> =>
  fc.record({
    fails: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom<Fail[]>('busy', 'breaks'), { minLength: 1, maxLength: 2 }) },
    ),
    says: fc.oneof(
      { weight: refuses - 2, arbitrary: fc.constant<Says>('yes') },
      { weight: 1, arbitrary: fc.constantFrom<Says[]>('answer lost', 'no') },
    ),
  });
const step: fc.Arbitrary<Step> = fc.record({
  by: seldom(4).map((wired) => (wired ? 'wire' : 'book')),
  caught: seldom(3),
  slow: seldom(4),
  does: script(6),
  undo: script(6),
  person: fc.constantFrom<Step['person'][]>('retry', 'skip', 'complete'),
});
const happens: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom<Happening['what'][]>(
    'cancelled by a person',
    "cancelled in Temporal's UI",
    'terminated and redriven',
    'reset',
  ),
  when: fc.constantFrom<Happening['when'][]>('begins', 'is done', 'is undone'),
  step: fc.nat(7),
  task: fc.nat(9),
});

export const stories: fc.Arbitrary<Item[]> = fc.array(
  fc.oneof<{ arbitrary: fc.Arbitrary<Item>; weight: number }[]>(
    {
      weight: 6,
      arbitrary: fc
        .oneof(
          { weight: 2, arbitrary: fc.tuple(step) },
          { weight: 1, arbitrary: fc.array(step, { minLength: 2, maxLength: 3 }) },
        )
        .map((steps) => ({ do: 'steps', steps })),
    },
    { weight: 1, arbitrary: script(4).map((does) => ({ do: 'pivot', does })) },
    { weight: 1, arbitrary: fc.constant({ do: 'outcome' }) },
    { weight: 3, arbitrary: happens.map((each) => ({ do: 'happens', ...each })) },
  ),
  { minLength: 1, maxLength: 6, size: 'max' },
);

/** A story as it is told. */
export interface Plan {
  readonly stages: readonly { readonly pivot: boolean; readonly steps: readonly Named[] }[];
  /** The story's own business outcome, at its end. */
  readonly outcome: boolean;
  readonly happenings: readonly (Happening & { readonly name: string })[];
}
export interface Named extends Omit<Step, 'by'> {
  readonly name: string;
  readonly by: Step['by'] | 'seal';
}

/**
 * Steps get their names by their place. There is one pivot, and no business outcome after it: that would be a bug. A run
 * that is reset walks back what it has begun anew, and only that (see docs/model-tests.md): so it is not cancelled, and
 * is not reset while an undo is stuck.
 */
export function planOf(items: readonly Item[]): Plan {
  const length = items.reduce(
    (sum, item) => sum + (item.do === 'steps' ? item.steps.length : item.do === 'pivot' ? 1 : 0),
    0,
  );
  const happenings = items.flatMap((item) =>
    item.do === 'happens' && length > 0 ? [{ ...item, name: `s${(item.step % length) + 1}` }] : [],
  );
  const resets = happenings.filter(({ what }) => what === 'reset');
  const walkingBack = resets.some(({ when }) => when === 'is undone');

  let count = 0;
  const named = (step: Omit<Named, 'name'>): Named => ({
    ...step,
    name: `s${++count}`,
    ...(walkingBack ? { by: step.by === 'seal' ? 'seal' : 'book', undo: { ...step.undo, says: 'yes' } } : {}),
  });
  const stages: { pivot: boolean; steps: Named[] }[] = [];
  const crossed = (): boolean => stages.some(({ pivot }) => pivot);
  for (const item of items) {
    if (item.do === 'steps') stages.push({ pivot: false, steps: item.steps.map(named) });
    if (item.do === 'pivot')
      stages.push({ pivot: !crossed(), steps: [named({ ...plain({ does: item.does }), by: 'seal' })] });
  }
  return {
    stages,
    outcome: items.some((item) => item.do === 'outcome') && !crossed(),
    happenings: resets.length > 0 ? happenings.filter(({ what }) => !what.startsWith('cancelled')) : happenings,
  };
}

export const toldOf = (id: string, { stages, outcome }: Plan): Told => ({
  id,
  stages: stages.map(({ pivot, steps }) => ({
    pivot,
    steps: steps.map(({ name, by, caught }) => ({ name, by, caught })),
  })),
  outcome: outcome ? OUTCOME : null,
});
export const OUTCOME = 'Changed';

export function inWords({ stages, outcome, happenings }: Plan): string[] {
  const comesTo = ({ fails, says }: Script): string => [...fails, ...(says === 'yes' ? [] : [says])].join(', then ');
  const words = ({ name, by, caught, slow, does, undo, person }: Named): string => {
    const [does_, undo_] = [comesTo(does), comesTo(undo)];
    return [
      `${name} ${by === 'seal' ? 'seals' : `${by}s`}`,
      ...(slow ? ['slowly'] : []),
      ...(does_ === '' ? [] : [`(${does_})`]),
      ...(caught ? ['and a no is no matter'] : []),
      ...(undo_ === '' ? [] : [`, its undo: ${undo_}${undo.says === 'no' ? `, a person says ${person}` : ''}`]),
    ]
      .join(' ')
      .replace(' ,', ',');
  };
  return [
    ...stages.map(({ pivot, steps }) => (pivot ? 'the pivot: ' : '') + steps.map(words).join('; at the same moment ')),
    ...(outcome ? ['the story ends with an outcome of its own'] : []),
    ...happenings.map(({ what, when, name }) => `when ${name} ${when}, the run is ${what}`),
  ];
}

export function simpler(item: Item): Item[] {
  const plainer = (script: Script): Script[] => [
    ...script.fails.map((_, n) => ({ ...script, fails: script.fails.toSpliced(n, 1) })),
    ...(script.says === 'yes' ? [] : [{ ...script, says: 'yes' as const }]),
  ];
  switch (item.do) {
    case 'steps':
      return [
        ...(item.steps.length > 1 ? item.steps.map((_, n) => ({ ...item, steps: item.steps.toSpliced(n, 1) })) : []),
        ...item.steps.flatMap((each, n) =>
          [
            ...(each.by === 'wire' ? [{ ...each, by: 'book' as const }] : []),
            ...(each.caught ? [{ ...each, caught: false }] : []),
            ...(each.slow ? [{ ...each, slow: false }] : []),
            ...plainer(each.does).map((does) => ({ ...each, does })),
            ...plainer(each.undo).map((undo) => ({ ...each, undo })),
          ].map((other) => ({ ...item, steps: item.steps.with(n, other) })),
        ),
      ];
    case 'pivot':
      return plainer(item.does).map((does) => ({ ...item, does }));
    case 'happens':
      return [
        ...(item.when === 'begins' ? [] : [{ ...item, when: 'begins' as const }]),
        ...(item.step === 0 ? [] : [{ ...item, step: 0 }]),
        ...(item.task === 0 ? [] : [{ ...item, task: 0 }]),
      ];
    case 'outcome':
      break;
  }
  return [];
}
