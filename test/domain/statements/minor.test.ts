import { strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { exponentOf } from '../../../src/domain/statements/currencies.ts';
import { decimalOf, impliedMinorOf, minorOf } from '../../../src/domain/statements/minor.ts';

describe('a decimal in minor units', () => {
  const exact: [text: string, currency: string, minor: bigint][] = [
    ['18.15', 'EUR', 1815n],
    ['18.150', 'EUR', 1815n],
    ['18.15000', 'EUR', 1815n],
    ['8.2', 'EUR', 820n],
    ['1.15', 'EUR', 115n], // 1.15 * 100 is 114.99999999999999
    ['200000', 'SEK', 20000000n],
    ['2700', 'JPY', 2700n],
    ['2700.00', 'JPY', 2700n],
    ['1.234', 'BHD', 1234n],
    ['1.2345', 'CLF', 12345n],
    ['007', 'EUR', 700n],
    ['.5', 'EUR', 50n],
    ['5.', 'EUR', 500n],
    ['+5', 'EUR', 500n],
    ['-0.01', 'EUR', -1n],
    ['-0.00', 'EUR', 0n],
    ['90071992547409.93', 'EUR', 9007199254740993n], // 2^53 + 1
    ['9999999999999999.99', 'EUR', 999999999999999999n],
  ];
  for (const [text, currency, minor] of exact)
    it(`reads ${text} ${currency} as ${minor}`, () => strictEqual(minorOf(text, currency), minor));

  it('is never rounded: more digits than the currency has are refused', () => {
    for (const [text, currency] of [
      ['0.001', 'EUR'],
      ['2.5', 'JPY'],
      ['1.0001', 'BHD'],
    ] as const)
      // prettier-ignore
      strictEqual(minorOf(text, currency), 'amount-too-precise');
  });

  it('is refused beyond 18 digits, however it is written', () => {
    strictEqual(minorOf('10000000000000000.00', 'EUR'), 'amount-too-large');
    strictEqual(minorOf('1000000000000000000', 'JPY'), 'amount-too-large');
    strictEqual(minorOf(`${'0'.repeat(40)}1`, 'JPY'), 1n);
    strictEqual(impliedMinorOf('1000000000000000000'), 'amount-too-large');
  });

  it('is refused when it is no decimal', () => {
    for (const text of ['', '.', '-', '1e3', '1,5', '1 000', ' 1', 'NaN', 'INF', '0x10', '٣', '1.2.3', '--1'])
      strictEqual(minorOf(text, 'EUR'), 'amount-malformed', text);
    for (const text of ['', '+', '1.0', '1e3', ' 1']) strictEqual(impliedMinorOf(text), 'amount-malformed', text);
  });

  it('is refused in what is no currency that accounts are kept in', () => {
    for (const currency of ['', 'eur', 'EURO', 'XXX', 'XTS', 'XAU', 'constructor'])
      strictEqual(minorOf('1', currency), 'currency-unknown', currency);
    strictEqual(exponentOf('HUF'), 2); // customary are none; ISO 4217 says 2
  });

  it('is what was written, for every amount and every number of decimals', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-999_999_999_999_999_999n, 999_999_999_999_999_999n),
        fc.constantFrom('JPY', 'EUR', 'BHD', 'CLF'),
        (minor, currency) => {
          strictEqual(minorOf(decimalOf(minor, currency), currency), minor);
        },
      ),
    );
  });
});
