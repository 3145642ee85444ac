import { compare, type Agreement } from './agreement.ts';
import { blocksOf } from './blocks.ts';
import type { Between } from './clusters.ts';
import type { SourceRecord } from './features.ts';
import { normalise } from './normalise.ts';

export interface CandidatePair {
  readonly between: Between;
  readonly agreement: Agreement;
}

/** Every two records that share a block, once, each with its agreement. `onRecord` is told how many have been looked at. */
export function* candidatePairs(
  records: readonly SourceRecord[],
  onRecord: (done: number) => void = () => undefined,
): Generator<CandidatePair> {
  const normal = records.map(({ features }) => normalise(features));
  const blocks = new Map<string, number[]>();
  for (const [at, record] of records.entries()) {
    const met = new Set<number>();
    for (const block of blocksOf(normal[at]!)) {
      const there = blocks.get(block);
      if (there === undefined) blocks.set(block, [at]);
      else {
        for (const other of there) met.add(other);
        there.push(at);
      }
    }
    for (const other of met)
      yield { between: [records[other]!.id, record.id], agreement: compare(normal[other]!, normal[at]!) };
    onRecord(at + 1);
  }
}
