import type { Ended } from '../../../src/kit/contract/updates.ts';
import { refusedWith } from '../../../src/kit/workflow/call.ts';
import { outcome, saga } from '../../../src/kit/workflow/saga.ts';
import { book, seal, wire } from './contracts.ts';

/** What of a story the workflow knows: its steps, not what becomes of them. */
export interface Told {
  readonly id: string;
  readonly stages: readonly {
    readonly pivot: boolean;
    readonly steps: readonly {
      readonly name: string;
      readonly by: 'book' | 'wire' | 'seal';
      readonly caught: boolean;
    }[];
  }[];
  readonly outcome: string | null;
}

export const BY = { book, wire, seal } as const;

/** Tells any story: stages one after the other, the steps of a stage at the same moment. */
export async function tellStory({ id, stages, outcome: reason }: Told): Promise<Ended<{ told: string }>> {
  return saga(async (step) => {
    for (const { pivot, steps } of stages) {
      await Promise.all(
        steps.map(async ({ name, by, caught }) => {
          const input = { story: id, step: name };
          try {
            await (pivot ? step.pivot(seal, input) : step(BY[by], input));
          } catch (error) {
            if (!caught || !refusedWith(error, BY[by], 'No')) throw error;
          }
        }),
      );
    }
    if (reason !== null) throw outcome(reason);
    return { told: id };
  });
}
