/** Control characters, and those that show nothing and join nothing (soft hyphen, zero-width space, byte order mark). */
// oxlint-disable-next-line no-control-regex
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\ufeff]/g;

/** Letters composed (Unicode NFC), invisible characters gone, white space folded and trimmed. */
export const tidy = (text: string): string =>
  text.replaceAll(INVISIBLE, '').normalize('NFC').replaceAll(/\s+/g, ' ').trim();

/** `undefined` stays. */
export const tidied = (text: string | undefined): string | undefined => (text === undefined ? undefined : tidy(text));

/** Whether all letters are in one case, as from a keyboard with Caps Lock or from a system that knows one case only. */
export const inOneCase = (text: string): boolean => {
  const [upper, lower] = [text.toUpperCase(), text.toLowerCase()];
  return upper !== lower && (text === upper || text === lower);
};

/** First letter large, the others small, also where one letter is two in the other case (ß, ﬁ). */
export function capitalised(word: string): string {
  const [first = '', ...rest] = word;
  const [large = '', ...small] = first.toUpperCase();
  return (large + small.join('').toLowerCase() + rest.join('').toLowerCase()).normalize('NFC');
}
