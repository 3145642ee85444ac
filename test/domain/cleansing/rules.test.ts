import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Address, ContactPoint, HumanName, Identifier, Patient, Quantity } from 'fhir/r4.js';
import * as valid from '../../../src/domain/cleansing/check-digits.ts';
import { cleanse } from '../../../src/domain/cleansing/cleanse.ts';
import { countryOf } from '../../../src/domain/cleansing/countries.ts';
import type { Context } from '../../../src/domain/cleansing/rule.ts';
import { ucumOf } from '../../../src/domain/cleansing/units.ts';

const patient = (values: Omit<Patient, 'resourceType'>, context?: Context): Patient =>
  cleanse<Patient>({ resourceType: 'Patient', ...values }, context).resource;
const name = (...names: HumanName[]): HumanName[] | undefined => patient({ name: names }).name;
const address = (one: Address, context?: Context): Address | undefined =>
  patient({ address: [one] }, context).address?.[0];
const phone = (value: string, context?: Context): string | undefined =>
  patient({ telecom: [{ system: 'phone', value }] }, context).telecom?.[0]?.value;
const identifier = (one: Identifier): Identifier[] | undefined => patient({ identifier: [one] }).identifier;
const born = (birthDate: string, context?: Context): string | undefined => patient({ birthDate }, context).birthDate;

describe('cleansing names', () => {
  it('composes letters, folds white space, takes out what nobody sees, and drops what is empty', () => {
    assert.deepEqual(name({ family: '  Mu\u0308\u200bller\n', given: [' Ann\u00a0 Marie ', ' '] }, { use: 'old' }), [
      { family: 'Müller', given: ['Ann Marie'] },
    ]);
  });

  it('leaves positions alone where an extension goes by them', () => {
    const given = { given: ['Ann', ''], _given: [{ id: 'a' }, { id: 'b' }] };
    assert.deepEqual(name(given), [given]);
  });

  it('writes what was typed in one case as names are written, and leaves what has both', () => {
    for (const [typed, written] of [
      ['EVERYMAN', 'Everyman'],
      ["o'brien-mcdonald", "O'Brien-McDonald"],
      ["SHA'RON", "Sha'ron"],
      ['VAN DER BERG', 'Van Der Berg'],
      ['ÉLODIE', 'Élodie'],
      ['deVries', 'deVries'],
      ['van Beethoven', 'van Beethoven'],
      ['李', '李'],
      ['MCA', 'Mca'],
    ])
      assert.deepEqual(name({ family: typed }), [{ family: written }]);
  });

  it('puts titles and generations where they belong', () => {
    assert.deepEqual(name({ family: 'SMITH, JR', given: ['Dr ANN'] }), [
      { family: 'Smith', given: ['Ann'], prefix: ['Dr.'], suffix: ['Jr.'] },
    ]);
    assert.deepEqual(name({ family: 'Everyman III', given: ['Adam', 'A'], suffix: ['iii', 'md'] }), [
      { family: 'Everyman', given: ['Adam', 'A'], suffix: ['III', 'MD'] },
    ]);
    assert.deepEqual(name({ family: 'Smith', given: ['Adam', 'Jr'] }), [
      { family: 'Smith', given: ['Adam'], suffix: ['Jr.'] },
    ]);
  });

  it('takes no name for a title: who is only called so is called so', () => {
    for (const each of [{ family: 'Do', given: ['Ma'] }, { family: 'Sr' }, { family: 'Iv', given: ['Dr'] }])
      assert.deepEqual(name(each), [each]);
  });

  it('does not change nicknames', () => {
    assert.deepEqual(name({ use: 'nickname', given: ['Bill'] }), [{ use: 'nickname', given: ['Bill'] }]);
  });
});

describe('cleansing what is told once', () => {
  it('writes a birth date as exact as it is known', () => {
    for (const [typed, written] of [
      ['1961-06-15', '1961-06-15'],
      [' 19610615', '1961-06-15'],
      ['1961-06-15T08:00:00+02:00', '1961-06-15'],
      ['1961-06-00', '1961-06'],
      ['19610000', '1961'],
      ['1961', '1961'],
    ] as const)
      assert.equal(born(typed), written);
  });

  it('drops a birth date that is on no calendar, in two calendars, or on which nobody was born', () => {
    for (const typed of ['1961-02-30', '1961-13-01', '03/04/1961', '1849-12-31', '0001-01-01', 'unknown'])
      assert.equal(born(typed), undefined, typed);
    const day = { day: '2020-05-05' };
    assert.deepEqual(
      ['2020-05-05', '2020-05-06', '2020-05', '2020-06', '2020', '1889-01-01', '1890'].map((date) => born(date, day)),
      ['2020-05-05', undefined, '2020-05', undefined, '2020', undefined, '1890'],
    );
  });

  it('drops the time of a birth with its date', () => {
    assert.deepEqual(patient({ birthDate: '1961-02-30', _birthDate: { extension: [] } }), { resourceType: 'Patient' });
  });

  it('keeps that somebody has died when the day is impossible', () => {
    const died = (birthDate: string, deceasedDateTime: string): unknown => {
      const { deceasedDateTime: at, deceasedBoolean: has } = patient({ birthDate, deceasedDateTime });
      return [at, has];
    };
    assert.deepEqual(died('1961-06-15', '2020-05-05T10:00:00Z'), ['2020-05-05T10:00:00Z', undefined]);
    assert.deepEqual(died('1961-06-15', '1961-06'), ['1961-06', undefined]);
    assert.deepEqual(died('1961-06-15', '1961-06-14'), [undefined, true]);
    assert.deepEqual(died('1961-06-15', '2020-02-30'), [undefined, true]);
  });

  it('writes the sex as FHIR does, and drops what is no code of it', () => {
    assert.deepEqual(
      ['Female ', 'm', 'A', 'constructor'].map((gender) => patient({ gender: gender as 'male' }).gender),
      ['female', 'male', 'other', undefined],
    );
  });
});

describe('cleansing addresses', () => {
  it('writes country and state as codes, and postcodes in their form', () => {
    const us = { country: 'US' };
    for (const [typed, written] of [
      [
        { state: 'Massachusetts', postalCode: '01002', country: 'usa' },
        { state: 'MA', postalCode: '01002', country: 'US' },
      ],
      [
        { state: 'CA', postalCode: '999990000' },
        { state: 'CA', postalCode: '99999-0000' },
      ],
      [
        { postalCode: 'sw1a1aa', country: 'England' },
        { postalCode: 'SW1A 1AA', country: 'GB' },
      ],
      [
        { state: 'Ontario', postalCode: 'k1a-0b1', country: 'CAN' },
        { state: 'ON', postalCode: 'K1A 0B1', country: 'CA' },
      ],
      [
        { state: 'nsw', postalCode: '2000', country: 'Australia' },
        { state: 'NSW', postalCode: '2000', country: 'AU' },
      ],
      [
        { state: 'NES', postalCode: 'a1b2c3', country: 'JP' },
        { state: 'NES', postalCode: 'A1B2C3', country: 'JP' },
      ],
      [{ country: 'constructor' }, { country: 'constructor' }],
    ] as const)
      assert.deepEqual(address(typed), written);
    assert.deepEqual(address({ state: 'n.y.', postalCode: '100011234' }, us), {
      state: 'NY',
      postalCode: '10001-1234',
    });
  });

  it('writes lines and places as people do', () => {
    assert.deepEqual(address({ line: ['12B MAIN ST NW', 'PO BOX 9', ''], city: 'ANN ARBOR', district: 'GL' }), {
      line: ['12B Main St NW', 'PO Box 9'],
      city: 'Ann Arbor',
      district: 'GL',
    });
    assert.deepEqual(address({ line: ['EAST 21ST STREET'] }), { line: ['East 21st Street'] });
  });

  it('drops an address that says nothing', () => {
    assert.equal(address({ use: 'home', city: ' ' }), undefined);
  });

  it('knows every country of ISO 3166-1 by both codes', () => {
    const names = new Intl.DisplayNames('en', { type: 'region' });
    const letters = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(65 + at));
    const known = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => countryOf(code) === code);
    assert.equal(known.length, 249);
    for (const code of known) assert.notEqual(names.of(code), code);
    assert.deepEqual(['DEU', 'che', 'ZAF', 'UK', 'XX'].map(countryOf), ['DE', 'CH', 'ZA', 'GB', undefined]);
  });
});

describe('cleansing telecoms', () => {
  it('writes numbers in E.164 when the country is known: by the number, the source or the address', () => {
    assert.equal(phone('(415) 555-2671'), '(415) 555-2671');
    assert.equal(phone('+44 20 7946 0958'), '+442079460958');
    assert.equal(phone('(415) 555-2671 ext. 89', { country: 'US' }), '+14155552671;ext=89');
    assert.equal(phone('+14155552671;ext=89'), '+14155552671;ext=89');
    assert.equal(phone('02 9374 4000', { country: 'AU' }), '+61293744000');
    const [point] =
      patient({ address: [{ country: 'USA' }], telecom: [{ system: 'phone', value: 'tel:415-555-2671' }] }).telecom ??
      [];
    assert.equal(point?.value, '+14155552671');
  });

  it('leaves a number that cannot be dialled, or may be of two countries', () => {
    const us = { country: 'US' };
    for (const value of ['2222', '(206)752-121', 'call 415 555 2671 after five']) assert.equal(phone(value, us), value);
    assert.equal(phone('415 555 2671', { country: 'AQ' }), '415 555 2671');
    const abroad = { address: [{ country: 'US' }, { country: 'FR' }], telecom: [{ value: '415 555 2671' }] };
    assert.equal(patient(abroad).telecom?.[0]?.value, '415 555 2671');
  });

  it('knows e-mail, whose host has no case', () => {
    const point: ContactPoint = { value: 'mailto:Ann.B@Example.ORG ' };
    assert.deepEqual(patient({ telecom: [point] }).telecom, [{ value: 'Ann.B@example.org', system: 'email' }]);
  });
});

describe('cleansing identifiers', () => {
  const SSN = 'http://hl7.org/fhir/sid/us-ssn';
  const type = (code: string): Identifier['type'] => ({ coding: [{ code }] });

  it('writes a social security number without dashes, under one system', () => {
    const written = [{ system: SSN, value: '536221234' }];
    assert.deepEqual(identifier({ system: SSN, value: '536-22-1234' }), written);
    assert.deepEqual(identifier({ system: 'urn:oid:2.16.840.1.113883.4.1', value: '536 22 1234' }), written);
    assert.deepEqual(identifier({ type: type('SS'), system: 'urn:USSSA', value: '536221234' })?.[0]?.system, SSN);
  });

  it('drops one that is nobody’s, or everybody’s', () => {
    const none = [
      '000-12-3456',
      '666123456',
      '999591234',
      '123001234',
      '123450000',
      '123456789',
      '078-05-1120',
      '222222222',
      '12',
    ];
    for (const value of none) assert.equal(identifier({ system: SSN, value }), undefined, value);
  });

  it('drops numbers of cards, whatever they are', () => {
    for (const code of ['VS', 'MS', 'AM', 'DI', 'DS', 'BC'])
      assert.equal(identifier({ type: type(code), value: '1' }), undefined);
    assert.deepEqual(identifier({ type: type('MR'), value: ' 1 ' }), [{ type: type('MR'), value: '1' }]);
  });

  it('checks the numbers that have check digits', () => {
    for (const [system, right, wrong] of [
      ['https://fhir.nhs.uk/Id/nhs-number', '943 476 5919', '943 476 5918'],
      ['http://hl7.org/fhir/sid/us-npi', '1234567893', '1234567890'],
      ['http://ns.electronichealth.net.au/id/hi/ihi/1.0', '8003 6081 6669 0503', '8003608166690504'],
      ['http://hl7.org/fhir/sid/us-mbi', '1EG4-TE5-MK73', '1SG4TE5MK73'],
    ] as const) {
      assert.deepEqual(identifier({ system, value: right }), [{ system, value: right.replaceAll(/[ -]/g, '') }]);
      assert.equal(identifier({ system, value: wrong }), undefined);
    }
  });

  it('takes ten like digits for no NHS number, though the check digit of some is right', () => {
    assert.deepEqual(['1111111111', '9999999999'].map(valid.nhsNumber), [false, false]);
  });

  it('finds every wrong digit', () => {
    for (const [number, check] of [
      ['9434765919', valid.nhsNumber],
      ['1234567893', valid.npi],
      ['8003608166690503', valid.ihi],
    ] as const) {
      assert.ok(check(number));
      fc.assert(
        fc.property(fc.nat(number.length - 1), fc.integer({ min: 1, max: 9 }), (at, by) => {
          const digit = (Number(number[at]) + by) % 10;
          return !check(number.slice(0, at) + String(digit) + number.slice(at + 1));
        }),
      );
    }
  });
});

describe('cleansing units', () => {
  const UCUM = 'http://unitsofmeasure.org';
  const quantity = (one: Quantity): Quantity | undefined =>
    cleanse({ resourceType: 'Observation', status: 'final', code: {}, valueQuantity: one }).resource.valueQuantity;

  it('gives the code of UCUM, and keeps what people read', () => {
    assert.deepEqual(quantity({ value: 182, unit: 'mg/dl' }), {
      value: 182,
      unit: 'mg/dl',
      system: UCUM,
      code: 'mg/dL',
    });
    assert.deepEqual(quantity({ value: 60, code: 'beats/min', system: 'urn:iso' }), {
      value: 60,
      code: '/min',
      system: UCUM,
      unit: 'beats/min',
    });
    assert.deepEqual(quantity({ value: 221, unit: 'giga.l-1' })?.code, '10*9/L');
  });

  it('leaves what it does not know, what is right, and what may be two', () => {
    for (const one of [
      { value: 1, unit: 'sacks' },
      { value: 1, unit: 'G/L' },
      { value: 1, code: 'km', system: UCUM },
    ])
      assert.deepEqual(quantity(one), one);
  });

  it('has each code of its own as one of itself', () => {
    for (const code of ['mg/dL', '10*3/uL', 'm[IU]/L', 'mL/min/{1.73_m2}', '[degF]']) assert.equal(ucumOf(code), code);
    assert.deepEqual(['MMHG', 'x10E3 / uL', 'K/UL', 'µg/dL', ''].map(ucumOf), [
      'mm[Hg]',
      '10*3/uL',
      '10*3/uL',
      'ug/dL',
      undefined,
    ]);
  });
});
