import { deepStrictEqual } from 'node:assert/strict';
import type { Features } from '../../../src/domain/persons/features.ts';
import { normalise } from '../../../src/domain/persons/normalise.ts';

const normal = (features: Features) => {
  const { identifiers, ...rest } = normalise(features);
  const all = [...identifiers].map(([system, values]) => `${system} ${[...values].join()}`);
  return all.length === 0 ? rest : { ...rest, identifiers: all };
};

describe('normalising features', () => {
  it('leaves out case, accents, punctuation and the country of a phone number', () => {
    deepStrictEqual(
      normal({
        family: "O'Brién-Müller ",
        given: ' Zoë  Anne',
        birthDate: '1980-03-12',
        sex: 'Female',
        street: '12 St. Mary’s Road',
        city: 'Bad Zürich',
        postcode: 'sw1a 1aa',
        phone: '+1 (555) 010-2030',
        identifiers: [
          { system: 'ssn', value: '078-05-1120' },
          { system: 'ssn', value: '078 05 1120' },
        ],
      }),
      {
        family: 'o brien muller',
        given: 'zoe anne',
        birthDate: '19800312',
        sex: 'female',
        street: 'st mary s road',
        houseNumber: '12',
        city: 'bad zurich',
        postcode: 'sw1a1aa',
        phone: '550102030',
        identifiers: ['ssn 078051120'],
      },
    );
  });

  it('takes what says nothing for absent: names of newborns and strangers, dates and numbers that were filled in', () => {
    for (const features of [
      {},
      { family: '', given: '  ', street: '-', birthDate: '', identifiers: [] },
      { given: 'Baby Boy A' },
      { given: 'BABYGIRL' },
      { family: 'Unknown' },
      { birthDate: '1900-01-01' },
      { birthDate: '12/03/1980' },
      { sex: 'unknown' },
      { phone: '999-999-9999' },
      { phone: '4711' },
      { identifiers: [{ system: 'ssn', value: '999-99-9999' }, { system: 'ssn', value: '123456789' }, { system: '', value: '1' }] }, // prettier-ignore
    ])
      deepStrictEqual(normal(features), {});
  });

  it('keeps a date that is known in part, and a short number', () => {
    deepStrictEqual(normal({ birthDate: '1980' }), { birthDate: '1980' });
    deepStrictEqual(normal({ birthDate: '1980-03', identifiers: [{ system: 'mrn', value: '1234' }] }), {
      birthDate: '198003',
      identifiers: ['mrn 1234'],
    });
  });

  it('finds the house number before or behind the street, where it stands nowhere else', () => {
    deepStrictEqual(normal({ street: 'Hauptstraße 7b' }), { street: 'hauptstrasse', houseNumber: '7b' });
    deepStrictEqual(normal({ street: '7 Mile Road', houseNumber: '12' }), { street: '7 mile road', houseNumber: '12' });
    deepStrictEqual(normal({ street: 'The Old Mill' }), { street: 'the old mill' });
  });
});
