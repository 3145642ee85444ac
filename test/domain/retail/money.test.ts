import { strictEqual } from 'node:assert/strict';
import { amountOf, parsePence, parseWhole } from '../../../src/domain/retail/money.ts';

describe('pounds written as a decimal', () => {
  const exact: [string, number][] = [
    ['2.55', 255],
    ['2.5', 250],
    ['18', 1800],
    ['18.0', 1800],
    ['0.0', 0],
    ['0.01', 1],
    ['1.15', 115], // 1.15 * 100 is 114.99999999999999
    ['8.20', 820],
    ['2.550', 255],
    ['13541.33', 1354133],
    ['-11062.06', -1106206],
    ['007.5', 750],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, pence] of exact) {
    it(`reads ${text} as ${pence} pence`, () => strictEqual(parsePence(text), pence));
  }

  it('has no negative nothing', () => {
    strictEqual(Object.is(parsePence('-0.0'), 0), true);
    strictEqual(Object.is(parseWhole('-0'), 0), true);
    strictEqual(Object.is(amountOf(-1, 0), 0), true);
  });

  it('is never rounded: a fraction of a penny is refused, also where it is as good as nothing', () => {
    for (const text of ['0.001', '2.555', '-0.005', '1.00000000000000000001'])
      strictEqual(parsePence(text), 'fraction-of-a-penny');
  });

  it('is refused when it has an exponent, a sign but a minus, a separator, a bare point, or is no number', () => {
    const malformed = [
      '1e3',
      '1E-2',
      '+1',
      '1,000.00',
      '.5',
      '5.',
      '',
      ' ',
      '-',
      '£2',
      'NaN',
      'Infinity',
      '0x10',
      '٣',
      '1 2',
    ];
    for (const text of malformed) strictEqual(parsePence(text), 'malformed', text);
  });

  it('is refused beyond what a number holds exactly', () => {
    strictEqual(parsePence('90071992547409.92'), 'too-large');
    strictEqual(parsePence(`-${'9'.repeat(400)}`), 'too-large');
  });
});

describe('a quantity', () => {
  it('is a whole number', () => {
    strictEqual(parseWhole('-9360'), -9360);
    for (const text of ['6.0', '1e1', '+6', '', 'six', '9007199254740992'])
      strictEqual(parseWhole(text), undefined, text);
  });
});

describe('an amount', () => {
  it('is quantity × unit price, or nothing beyond what a number holds exactly', () => {
    strictEqual(amountOf(-3, 1800), -5400);
    strictEqual(amountOf(Number.MAX_SAFE_INTEGER, 1), Number.MAX_SAFE_INTEGER);
    strictEqual(amountOf(Number.MAX_SAFE_INTEGER, 2), undefined);
  });
});
