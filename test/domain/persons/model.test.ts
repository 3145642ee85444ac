import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { COMPARISONS, LEVELS, compare } from '../../../src/domain/persons/agreement.ts';
import type { Features } from '../../../src/domain/persons/features.ts';
import { judge, type Shares } from '../../../src/domain/persons/model.ts';
import { MODEL_1 } from '../../../src/domain/persons/model-1.ts';
import { normalise } from '../../../src/domain/persons/normalise.ts';

const PAUL: Features = {
  family: 'Brandner',
  given: 'Paul',
  birthDate: '1980-03-12',
  sex: 'male',
  street: '12 Milne Cove',
  city: 'Oatlands',
  postcode: '26020',
  phone: '5550102030',
};
const number = (value: string) => ({ identifiers: [{ system: 'ssn', value }] });
const moved = { street: '9 High Street', city: 'Sydney', postcode: '99999', phone: '5559998877' };

const verdict = (a: Features, b: Features) => judge(compare(normalise(a), normalise(b)), MODEL_1).verdict;
/** Of one who is like Paul but for this. */
const but = (other: Features, paul: Features = {}) => verdict({ ...PAUL, ...paul }, { ...PAUL, ...other });

describe('the matcher', () => {
  it('links who agrees, with a slip in a name, names exchanged, day and month exchanged', () => {
    deepStrictEqual(
      [but({}), but({ family: 'Brandnre' }), but({ family: 'Paul', given: 'Brandner' }), but({ birthDate: '1980-12-03' })], // prettier-ignore
      ['link', 'link', 'link', 'link'],
    );
  });

  it('links who moved, and who took another name and has the same number', () => {
    strictEqual(but(moved), 'link');
    strictEqual(but({ family: 'Weidner', ...number('1234567') }, number('1234567')), 'link');
    strictEqual(but({ family: 'Weidner', ...moved, ...number('1234567') }, number('1234567')), 'link');
  });

  it('links no twins: of the same day, address and family name', () => {
    strictEqual(but({ given: 'Anna', sex: 'female' }), 'review');
    strictEqual(but({ given: 'Peter' }), 'review');
    strictEqual(but({ given: 'Pauline', sex: 'female' }), 'review');
    strictEqual(but({ given: 'Peter', ...number('1234568') }, number('1234567')), 'review');
    strictEqual(but({ given: 'Anna', sex: 'female', ...number('1234568') }, number('1234567')), 'different');
  });

  it('links no twins whose given names are not there yet', () => {
    strictEqual(but({ given: 'Baby A' }, { given: 'Baby B' }), 'review');
  });

  it('links no father and son of one name', () => {
    strictEqual(but({ birthDate: '1952-11-30' }), 'review');
    strictEqual(but({ birthDate: '1950-03-12' }), 'review');
    strictEqual(but({ birthDate: '1952-11-30', ...number('7654321') }, number('1234567')), 'different');
  });

  it('shows nobody the rest of the household: brothers, spouses', () => {
    strictEqual(but({ given: 'Peter', birthDate: '1983-07-01' }), 'different');
    strictEqual(but({ given: 'Anna', birthDate: '1981-07-01', sex: 'female' }), 'different');
  });

  it('shows a person who agrees in what is there, and links nobody by a name or a day alone', () => {
    deepStrictEqual(
      [
        verdict({ family: 'Brandner', given: 'Paul' }, { family: 'Brandner', given: 'Paul' }),
        verdict({ birthDate: '1980-03-12' }, { birthDate: '1980-03-12' }),
        verdict({ ...PAUL, given: undefined }, PAUL),
        verdict({ ...PAUL, birthDate: undefined }, PAUL),
        verdict({}, {}),
      ],
      ['different', 'different', 'review', 'review', 'different'],
    );
  });

  it('weighs in bits: the odds that two records are of one person', () => {
    const { same, stranger, kin, thresholds } = MODEL_1;
    // By hand, for two who agree in an identifier and say nothing else.
    const others = stranger.met * stranger.shares.identifier.same + (kin.relative.met + kin.twin.met + kin.namesake.met) * 0.002; // prettier-ignore
    const by = (met: number) =>
      judge({ identifier: 'same' }, { ...MODEL_1, stranger: { ...stranger, met: met * stranger.met } });
    strictEqual(by(1).weight, Math.round(100 * Math.log2(same.identifier.same / others)) / 100);
    strictEqual(by(1).verdict, 'different');
    deepStrictEqual(thresholds, { link: 0.99, review: 0.1 });
    // Odds of 99 to 1 are 6.63 bits, of 1 to 9 -3.17.
    const verdicts = [0.00001, 0.01, 0.2, 10].map((met) => by(met));
    for (const { weight, verdict } of verdicts) strictEqual(verdict, weight >= 6.63 ? 'link' : weight >= -3.17 ? 'review' : 'different'); // prettier-ignore
    strictEqual(new Set(verdicts.map((each) => each.verdict)).size, 3);
  });

  it('has shares that add up to 1, of every level of every comparison', () => {
    const whole = ({ same, stranger, kin }: typeof MODEL_1): Partial<Shares>[] => [
      same,
      stranger.shares,
      ...Object.values(kin).map(({ shares }) => shares),
    ];
    for (const shares of whole(MODEL_1))
      for (const comparison of COMPARISONS) {
        const of = shares[comparison] as Record<string, number> | undefined;
        if (of === undefined) continue;
        deepStrictEqual(Object.keys(of), LEVELS[comparison]);
        ok(Math.abs(Object.values(of).reduce((sum, share) => sum + share, 0) - 1) < 0.001);
      }
    for (const shares of [MODEL_1.same, MODEL_1.stranger.shares]) deepStrictEqual(Object.keys(shares), COMPARISONS);
  });
});
