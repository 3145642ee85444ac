/**
 * A reference as it is compared. Banks change case, cut it into groups and lose punctuation, so:
 * - compatibility forms and case are folded (NFKC, upper case), white space goes (ISO 11649 is printed in groups of four);
 * - punctuation goes, but between two digits it stays as one `-`: `1/23` and `12/3` are two numbers;
 * - of a reference of digits only, leading zeros go: banks fill fields with them.
 * Nothing else: no accent is folded, no `O` is a nought, no part of a reference is the reference.
 */
export function normaliseReference(raw: string): string {
  const dense = raw.normalize('NFKC').toUpperCase().replaceAll(/\s+/g, '');
  return dense
    .replaceAll(/[^\p{L}\p{N}]+/gu, (mark: string, at: number) =>
      isDigit(dense[at - 1]) && isDigit(dense[at + mark.length]) ? '-' : '',
    )
    .replace(/^0+(?=\d+$)/, '');
}

const isDigit = (character: string | undefined): boolean => character !== undefined && /\d/.test(character);

/** Those of an item that can tell it from another: long enough, and with a digit (`NOTPROVIDED`, `NONREF`, `RENT` have none). */
export const goodReferences = (raw: readonly string[], length: number): string[] =>
  [...new Set(raw.map(normaliseReference))]
    .filter((reference) => reference.length >= length && /\d/.test(reference))
    .toSorted();
