import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { readFebrl } from '../../../bench/matching/febrl.ts';
import { personsOf } from '../../../src/domain/persons/clusters.ts';
import { fit, patternsOf } from '../../../src/domain/persons/fit.ts';
import { madeRecords, type MadeRecords } from '../../../src/domain/persons/made.ts';
import { judge, type Model } from '../../../src/domain/persons/model.ts';
import { MODEL_1 } from '../../../src/domain/persons/model-1.ts';
import { candidatePairs } from '../../../src/domain/persons/pairs.ts';
import { linksOf, type Judged } from '../../../src/domain/persons/place.ts';
import { scoreOfGroups, scoreOfPairs } from '../../../src/domain/persons/score.ts';

function matched({ records, truth }: MadeRecords, model: Model) {
  const judged = [...candidatePairs(records)].map(({ between, agreement }): Judged => ({ between, ...judge(agreement, model) })); // prettier-ignore
  const known = { records: records.map(({ id }) => id), links: linksOf(judged), merges: [], decisions: [], withdrawn: [] }; // prettier-ignore
  return {
    judged,
    blocked: scoreOfPairs(judged, truth).recall,
    links: scoreOfPairs(judged.filter(({ verdict }) => verdict === 'link'), truth), // prettier-ignore
    persons: scoreOfGroups(personsOf(known).persons, truth),
  };
}

const DATA = new URL('../../../../shared/data/febrl/', import.meta.url);
const there = existsSync(DATA);
const absent = there ? '' : ' (SKIPPED: ../shared/data/febrl is absent)';

(there ? describe : describe.skip)(`matching febrl's files${absent}`, () => {
  const file = (n: 1 | 2) => readFebrl(readFileSync(new URL(`dataset${n}.csv`, DATA), 'utf8'));

  for (const [n, pairs] of [
    [1, 500],
    [2, 1934],
  ] as const)
    it(`links 95 of 100 pairs of file ${n}, of which 99 of 100 are right`, () => {
      const { blocked, links, persons } = matched(file(n), MODEL_1);
      strictEqual(links.there, pairs);
      ok(blocked >= 0.995, `blocking recall ${blocked}`);
      for (const { recall, precision } of [links, persons]) {
        ok(recall >= 0.95, `recall ${recall}`);
        ok(precision >= 0.99, `precision ${precision}`);
      }
    });

  it('needs no truth: model 1 is what fitting to the two files gives, and the records do not hold it', function () {
    this.timeout(120_000);
    const records = [file(1), file(2)].map((each) => each.records);
    ok(!/rec-|-org|-dup-/.test(JSON.stringify(records)));
    deepStrictEqual(fit('model-1', records.flatMap(patternsOf)), MODEL_1);
  });

  it('is not made for a file: what is fitted to one finds the other as well', function () {
    this.timeout(120_000);
    const [one, two] = [file(1), file(2)];
    for (const [fitted, scored] of [
      [one, two],
      [two, one],
    ] as const) {
      const { links, persons } = matched(scored, fit('other', patternsOf(fitted.records)));
      ok(links.precision >= 0.99 && links.recall >= 0.94, JSON.stringify(links));
      ok(persons.precision >= 0.99 && persons.recall >= 0.95, JSON.stringify(persons));
    }
  });
});

describe('matching made records', () => {
  for (const seed of [1, 2, 3])
    it(`links hardly ever two people among households with twins and namesakes (seed ${seed})`, () => {
      const { blocked, links, persons } = matched(madeRecords(seed, 5_000), MODEL_1);
      ok(blocked >= 0.995, `blocking recall ${blocked}`);
      ok(links.precision >= 0.999 && links.recall >= 0.85, JSON.stringify(links));
      ok(persons.precision >= 0.999 && persons.recall >= 0.9, JSON.stringify(persons));
    });

  it('shows a person no more pairs than one for five records', () => {
    const { judged } = matched(madeRecords(1, 5_000), MODEL_1);
    ok(judged.filter(({ verdict }) => verdict === 'review').length <= 1_000);
  });

  it('does not take a household for one person when fitted to households', function () {
    this.timeout(60_000);
    const made = madeRecords(7, 5_000);
    const model = fit('made', patternsOf(made.records));
    // The maker gives one of fifty another name, and writes one of twenty-five dates wrong.
    ok(model.same.given.differ < 0.1 && model.same.birthDate.differ < 0.05, JSON.stringify(model.same));
    const { links } = matched(made, model);
    ok(links.precision >= 0.999 && links.recall >= 0.8, JSON.stringify(links));
  });

  it('is the same for the same seed', () => {
    deepStrictEqual(madeRecords(5, 200), madeRecords(5, 200));
    ok(madeRecords(5, 200).records[0]!.features.family !== madeRecords(6, 200).records[0]!.features.family);
  });
});
