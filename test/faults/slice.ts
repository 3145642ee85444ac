import type { Family } from './family.ts';

/**
 * For every change: one case of each family that does not spend its time waiting. Families take the pipelines in turn,
 * and each a case further on than the one before it: so the slice goes through pipelines, activities and barriers.
 */
export function slice(families: readonly Family[]): Set<string> {
  const one = ({ cases }: Family, turn: number): string => {
    const pipelines = [...new Set(cases.map(pipelineOf))];
    const of = cases.filter((id) => pipelineOf(id) === pipelines[turn % pipelines.length]);
    return of[turn % of.length]!;
  };
  return new Set(families.filter(({ waits }) => !waits).map(one));
}

/** `kill/orders/capturePayment/sent` is of the orders. */
const pipelineOf = (id: string): string => id.split('/')[1]!;
