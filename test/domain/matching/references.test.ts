import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict';
import { goodReferences, normaliseReference } from '../../../src/domain/matching/references.ts';

describe('a reference', () => {
  for (const [one, other] of [
    ['inv-2025/001', 'INV 2025/001'],
    ['INV-2025/001', 'Inv.2025.001'],
    ['RF18 5390 0754 7034', 'RF18539007547034'],
    ['000042', '42'],
    ['//E2E-7/', 'E2E7'],
    ['ＩＮＶ１２', 'INV12'],
    ['re\u0301f 1', 'réf 1'],
    ['12 - 3', '12/3'],
  ] as const)
    it(`is the same written as ${one} and as ${other}`, () => {
      strictEqual(normaliseReference(one), normaliseReference(other));
    });

  for (const [one, other] of [
    ['1/23', '12/3'],
    ['INV1', 'INV01'],
    ['1O', '10'],
    ['réf1', 'ref1'],
    ['12', '123'],
  ] as const)
    it(`is not the same as ${one} and as ${other}`, () => {
      notStrictEqual(normaliseReference(one), normaliseReference(other));
    });

  it('normalised twice is as normalised once', () => {
    for (const raw of ['000', '0/0 12', 'a--1//2--b', ' - ', '', 'RF18 5390'])
      strictEqual(normaliseReference(normaliseReference(raw)), normaliseReference(raw));
  });

  it('is good when it is long enough and has a digit; said twice it is one', () => {
    const raw = ['NOTPROVIDED', 'NONREF', 'rent', '123', '0000123', 'b-77', 'B-778', 'b 778', ''];
    deepStrictEqual(goodReferences(raw, 4), ['B778']);
    deepStrictEqual(goodReferences(raw, 3), ['123', 'B77', 'B778']);
  });
});
