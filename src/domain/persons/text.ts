/** Of one text to another: the distance stops counting over `most`, and is then `most` + 1. */
export type Distance = (a: string, b: string, most: number) => number;

/**
 * Letters that must be put, left out, replaced or swapped with their neighbour: the restricted Damerau–Levenshtein
 * distance, also called optimal string alignment (Boytsov, "Indexing methods for approximate dictionary searching",
 * 2011, section 2.1).
 */
export const distance: Distance = (a, b, most) => {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    [before, last] = [last, row];
  }
  return Math.min(last[b.length]!, most + 1);
};

/** Winkler's weight of a common prefix, and how much of it counts. */
const PREFIX = { weight: 0.1, letters: 4 };

/**
 * How alike two texts are, from 0 to 1: Jaro's similarity, raised by a common prefix (Winkler, "String Comparator Metrics
 * and Enhanced Decision Rules in the Fellegi–Sunter Model of Record Linkage", 1990). The same in both directions.
 */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  // Which of two letters is taken first depends on the direction; so there is only one.
  const [short, long] = a.length < b.length || (a.length === b.length && a < b) ? [a, b] : [b, a];
  if (short.length === 0) return 0;
  const reach = Math.max(0, Math.floor(long.length / 2) - 1);
  const taken = Array.from<boolean>({ length: long.length });
  let common = '';
  for (let i = 0; i < short.length; i++)
    for (let j = Math.max(0, i - reach); j <= Math.min(long.length - 1, i + reach); j++)
      if (!taken[j] && short[i] === long[j]) {
        taken[j] = true;
        common += short[i];
        break;
      }
  if (common.length === 0) return 0;
  let at = 0;
  let displaced = 0;
  for (let j = 0; j < long.length; j++) if (taken[j] && common[at++] !== long[j]) displaced += 1;
  const share = common.length;
  const jaro = (share / short.length + share / long.length + (share - displaced / 2) / share) / 3;
  let prefix = 0;
  while (prefix < PREFIX.letters && prefix < short.length && short[prefix] === long[prefix]) prefix += 1;
  return jaro + prefix * PREFIX.weight * (1 - jaro);
}

const CODES = Object.fromEntries(
  Object.entries({ '1': 'bfpv', '2': 'cgjkqsxz', '3': 'dt', '4': 'l', '5': 'mn', '6': 'r' }).flatMap(
    ([code, letters]) => letters.split('').map((letter) => [letter, code] as const),
  ),
);

/**
 * How a word sounds: American Soundex (US National Archives, "The Soundex Indexing System"). A word that does not begin
 * with one of the letters a to z stands for itself.
 */
export function soundex(word: string): string {
  if (!/^[a-z]/.test(word)) return word;
  let code = word[0]!;
  let last = CODES[code];
  for (const letter of word.slice(1)) {
    const next = CODES[letter];
    if (next !== undefined && next !== last) code += next;
    // Letters of one code are one also with an h or w between them; a vowel parts them.
    if (letter !== 'h' && letter !== 'w') last = next;
    if (code.length === 4) break;
  }
  return code.padEnd(4, '0');
}
