import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { compare } from '../../../src/domain/persons/agreement.ts';
import { blocksOf } from '../../../src/domain/persons/blocks.ts';
import type { Features } from '../../../src/domain/persons/features.ts';
import { madeRecords } from '../../../src/domain/persons/made.ts';
import { normalise } from '../../../src/domain/persons/normalise.ts';

const compared = (a: Features, b: Features) => compare(normalise(a), normalise(b));
const id = (value: string, system = 'ssn') => ({ identifiers: [{ system, value }] });

/** Of each pair of texts in a field, the level. */
const levels = (field: 'given' | 'family' | 'birthDate', pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([a, b]) => compared({ [field]: a }, { [field]: b })[field]);

describe('comparing two records', () => {
  it('says nothing of what one of them does not say', () => {
    deepStrictEqual(compared({ given: 'Anna', phone: '5550102030' }, { family: 'Berg', sex: 'female' }), {});
  });

  it('takes a slip of the pen and a name left out for near, and what may be another name for similar at most', () => {
    deepStrictEqual(
      levels('given', [
        ['Mary-Jane', 'mary jane'],
        ['Jayden', 'Jaydne'],
        ['Anna Maria', 'Anna'],
        ['Christopher', 'Crhistophr'],
        ['Jayden', 'Hayden'],
        ['Anna', 'Ana'],
        ['J', 'Jayden'],
        ['Maria Elena', 'Maria Elisa'],
        ['Anna', 'Berta'],
      ]),
      ['exact', 'near', 'near', 'near', 'similar', 'similar', 'similar', 'similar', 'differ'],
    );
  });

  it('knows names that were exchanged, and then compares no family names', () => {
    deepStrictEqual(compared({ given: 'Anthony', family: 'Beazley' }, { given: 'Beazley', family: 'Antony' }), {
      given: 'swapped',
    });
    deepStrictEqual(compared({ given: 'Thomas', family: 'Thomas' }, { given: 'Thomas', family: 'Thomas' }), {
      given: 'exact',
      family: 'exact',
    });
  });

  it('takes exchanged day and month and one wrong digit for near, not a generation', () => {
    deepStrictEqual(
      levels('birthDate', [
        ['1980-03-12', '1980-03-12'],
        ['1980-03-12', '1980-12-03'],
        ['1980-03-12', '1980-03-17'],
        ['1980-03-12', '1981-03-12'],
        ['1950-03-12', '1980-03-12'],
        ['1980-03-12', '1980-03'],
        ['1980-03-12', '1980'],
        ['1980-03-12', '1981-03'],
        ['1980-03-12', '1981-04-12'],
      ]),
      ['exact', 'near', 'near', 'near', 'parts', 'parts', 'parts', 'differ', 'differ'],
    );
  });

  it('takes an address for one thing, from the dwelling to nothing in common', () => {
    const here = { street: '12 Milne Cove', city: 'Oatlands', postcode: '26020' };
    const level = (other: Features) => compared(here, other).address;
    deepStrictEqual(
      [
        level({ street: '12 Milne Cvoe', city: 'Oatlands', postcode: '26020-1234' }),
        level({ street: '12 Milne Cove', city: 'Sydney', postcode: '26020' }),
        level({ street: '12 Milne Cove' }),
        level({ street: '13 Milne Cove', city: 'Oatlands', postcode: '26020' }),
        level({ street: '12 Milne Cove', city: 'Sydney', postcode: '99999' }),
        level({ houseNumber: '12', city: 'Oatlands', postcode: '26020' }),
        level({ street: '9 High Street', city: 'Oatlands', postcode: '26020' }),
        level({ city: 'Oatlands' }),
        level({ street: '9 High Street', city: 'Oatlands', postcode: '26002' }),
        level({ street: '9 High Street', city: 'Oatlands', postcode: '99999' }),
        level({ street: '9 High Street', city: 'Sydney', postcode: '99999' }),
        level({ houseNumber: '12' }),
      ],
      [
        'dwelling',
        'dwelling',
        'dwelling',
        'street',
        'street',
        'street',
        'area',
        'area',
        'area',
        'partly',
        'differ',
        undefined,
      ],
    );
  });

  it('compares identifiers of one system; numbers given out together are not near', () => {
    const level = (a: Features, b: Features) => compared(a, b).identifier;
    deepStrictEqual(
      [
        level(id('078051120'), id('078-05-1120')),
        level(id('078051120'), id('078501120')),
        level(id('078051120'), id('078051102')),
        level(id('078051120'), id('078051121')),
        level(id('078051120'), id('219099999')),
        level(id('4711'), id('7411')),
        level(id('078051120'), id('078051120', 'mrn')),
      ],
      ['same', 'near', 'near', 'differ', 'differ', 'differ', undefined],
    );
    const both = { identifiers: [...id('17', 'mrn').identifiers, ...id('078051120').identifiers] };
    strictEqual(level(both, { identifiers: [...id('18', 'mrn').identifiers, ...id('078051120').identifiers] }), 'same');
  });

  it('says the same in both directions, and finds every record the same as itself', () => {
    const { records } = madeRecords(3, 300);
    const one = fc.constantFrom(...records.map(({ features }) => normalise(features)));
    fc.assert(
      fc.property(one, one, (a, b) => {
        deepStrictEqual(compare(a, b), compare(b, a));
        const lesser = new Set(['near', 'similar', 'swapped', 'parts', 'partly', 'differ']);
        deepStrictEqual(Object.values(compare(a, a)).filter((level) => lesser.has(level)), []); // prettier-ignore
      }),
      { numRuns: 3_000, seed: 20_261_123 },
    );
  });
});

describe('blocks', () => {
  const shared = (a: Features, b: Features) => {
    const of = new Set(blocksOf(normalise(a)));
    return blocksOf(normalise(b)).filter((block) => of.has(block)).length; // prettier-ignore
  };
  const anna: Features = { family: 'Berg', given: 'Anna', birthDate: '1980-03-12', phone: '5550102030', ...id('1') };

  it('are shared by records with names, or day and month, exchanged', () => {
    strictEqual(shared({ family: 'Berg', given: 'Anna' }, { family: 'Anna', given: 'Berg' }), 1);
    strictEqual(shared({ birthDate: '1980-03-12' }, { birthDate: '1980-12-03' }), 1);
  });

  it('are shared where one field alone agrees that few have: birth date, phone, identifier', () => {
    for (const field of ['birthDate', 'phone', 'identifiers'] as const)
      strictEqual(shared(anna, { [field]: anna[field] }), 1, field);
  });

  it('are not shared by what is absent, nor by a name alone', () => {
    strictEqual(shared({}, {}), 0);
    strictEqual(shared({ family: 'Berg' }, { family: 'Berg' }), 0);
  });
});
