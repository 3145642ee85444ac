import { deepStrictEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { parseCsvMapping } from '../../../src/domain/statements/csv-mapping.ts';
import { madeBai2, madeCamt } from '../../../src/domain/statements/made.ts';
import { found, inChunks } from './support.ts';

const options = { seed: 9, entries: 12, statements: 2 };
const mapping = parseCsvMapping({
  account: { constant: 'XX' },
  currency: { constant: 'EUR' },
  dateFormat: 'YYYY-MM-DD',
  amount: { signed: 'Amount' },
  bookingDate: 'Booked',
  balance: 'Balance',
  remittance: 'Text',
});
const ROWS = ['2024-01-02,1.00,5.00,"a, ""b""\nc"', '2024-01-03,-2.00,3.00,x', '2024-01-04,"7.00",10.00,é'];

const FILES: [name: string, text: string, reading: object][] = [
  ['camt', [...madeCamt('camt.053.001.08', options)].join(''), {}],
  ['BAI2', [...madeBai2(options)].join(''), {}],
  ['CSV', ['Booked,Amount,Balance,Text', ...ROWS].join('\r\n'), { mapping }],
];

/** Some bytes put in place of others: one or none of one or none, so that some go missing and some come anew. */
const damage = fc.array(
  fc.record({
    at: fc.nat(1_000_000),
    out: fc.nat(3),
    put: fc.oneof(
      fc.uint8Array({ maxLength: 2 }),
      fc
        .constantFrom('<', '>', '&', '"', '/', ',', '\n', '\r', '0', '-', ']]>', '<!--', '<a>')
        .map((text) => Buffer.from(text)),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('a damaged file', () => {
  for (const [name, text, reading] of FILES)
    it(`of ${name} is read or refused, by nothing but a refusal that says no value, and alike in whatever chunks`, async () => {
      let refusals = 0;
      await fc.assert(
        fc.asyncProperty(damage, fc.integer({ min: 1, max: 300 }), async (places, size) => {
          let bytes: Uint8Array = Buffer.from(text);
          for (const { at, out, put } of places) {
            const from = at % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + out)]);
          }
          const at_once = await found(inChunks(bytes), reading);
          deepStrictEqual(await found(inChunks(bytes, size), reading), at_once);
          if (!at_once.refused) return;
          refusals += 1;
          const { message } = at_once.refused;
          ok(
            /^[a-z0-9-]+: (line \d+|byte \d+|[a-zA-Z.]+, line \d+|\/|(\/(\*|[A-Za-z0-9]+(\[\d+\])?))+)$/.test(message),
            message,
          );
        }),
        { numRuns: 300 },
      );
      ok(refusals > 100, `${refusals} of 300`);
    });
});
