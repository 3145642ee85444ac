/** A name on a list, with the list's own id of whom it is of. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

/** Hits that are told: who has more than these is not cleared by counting them. */
export const MOST_HITS = 10;

/** Letters of a word from which on one of them may be wrong. */
const LONG = 5;

/**
 * Words of a name as they are compared: without case, accents and punctuation, `ß` and its like spelt out.
 * Source: Unicode normalisation form NFKD, whose combining marks are left out.
 */
export const wordsOf = (name: string): string[] =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('æ', 'ae')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/**
 * Ids of the listed that `name` may be: all words of the listed name stand in it, in whatever order, each with at most
 * one letter wrong, missing, too many or swapped with its neighbour when it is long. It errs on the side of a hit: a
 * person clears it.
 */
export function hitsOf(name: string, list: readonly Listed[]): string[] {
  const words = wordsOf(name);
  const hits = new Set<string>();
  for (const listed of list) {
    const sought = wordsOf(listed.name);
    if (sought.length > 0 && allIn(sought, words)) hits.add(listed.id);
  }
  return [...hits].toSorted().slice(0, MOST_HITS);
}

/** Every sought word has a word of its own: which of two that are alike is tried out, for the first may be another's. */
function allIn([sought, ...rest]: readonly string[], words: readonly string[]): boolean {
  if (sought === undefined) return true;
  return words.some((word, at) => alike(sought, word) && allIn(rest, words.toSpliced(at, 1)));
}

/** Equal, or of restricted Damerau-Levenshtein distance 1 when both are long. */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length < LONG || b.length < LONG || Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - from && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(from, a.length - end), b.slice(from, b.length - end)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
