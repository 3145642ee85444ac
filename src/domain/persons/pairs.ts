import { compare } from './agreement.ts';
import type { Agreement } from './agreement.ts';
import { blocksOf } from './blocks.ts';
import type { SourceRecord } from './features.ts';
import { normalise } from './normalise.ts';

/** Every two records that share a block, once, each with its agreement; in no order. */
export function* candidatePairs(records: readonly SourceRecord[]): Generator<CandidatePair> {
  const normal = records.map(({ features }) => normalise(features));
  const blocks = new Map<string, number[]>();
  const of = normal.map(blocksOf);
  for (const [at, record] of records.entries()) {
    const met = new Set<number>();
    for (const block of of[at]!) {
      const there = blocks.get(block);
      if (there === undefined) blocks.set(block, [at]);
      else {
        for (const each of there) met.add(each);
        there.push(at);
      }
    }
    for (const other of met)
      yield { ids: [records[other]!.id, record.id], agreement: compare(normal[other]!, normal[at]!) };
  }
}

export interface CandidatePair {
  readonly ids: readonly [string, string];
  readonly agreement: Agreement;
}
