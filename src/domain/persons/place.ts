import { compare } from './agreement.ts';
import { personsOf, type Between, type Evidence, type Link, type Persons } from './clusters.ts';
import type { SourceRecord } from './features.ts';
import { judge, type Judgement, type Model } from './model.ts';
import { normalise } from './normalise.ts';

/** A pair and what the model says of it; the record that was placed stands first. */
export interface Judged extends Judgement {
  readonly between: Between;
}

export interface Placed extends Persons {
  /** All candidates, the links among them: they replace what was known of the record's own. */
  readonly judged: readonly Judged[];
}

/**
 * Finds the person of one record, new or changed. `candidates` share a block with it as it is now (`blocksOf`);
 * `around` is what is known of the record and of them, with all that this connects them to. Persons and contested ties
 * are those of the records in `around` and of this one, and are what `personsOf` says of all records there are: nobody else
 * is touched.
 */
export function place(
  record: SourceRecord,
  candidates: readonly SourceRecord[],
  around: Evidence,
  model: Model,
): Placed {
  const judged = judgeAgainst(record, candidates, model);
  const evidence: Evidence = {
    ...around,
    records: [...around.records, record.id],
    links: [...around.links.filter(({ between }) => !between.includes(record.id)), ...linksOf(judged)],
  };
  return { judged, ...personsOf(evidence) };
}

export const linksOf = (judged: readonly Judged[]): Link[] =>
  judged.flatMap(({ between, weight, verdict }) => (verdict === 'link' ? [{ between, weight }] : []));

function judgeAgainst(record: SourceRecord, candidates: readonly SourceRecord[], model: Model): Judged[] {
  const normal = normalise(record.features);
  return candidates
    .filter(({ id }) => id !== record.id)
    .map(({ id, features }) => ({
      between: [record.id, id],
      ...judge(compare(normal, normalise(features)), model),
    }));
}
