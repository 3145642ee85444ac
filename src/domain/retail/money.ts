/** Why a text is no amount in whole pence. */
export type NoPence = 'malformed' | 'fraction-of-a-penny' | 'too-large';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * Pounds written as a decimal, in whole pence: `2.5` is 250, `-11062.06` is -1106206. Digits are moved, never
 * computed with: `1.005 * 100` is 100.49999999999999. Nothing is rounded, so `0.001` is refused while `2.550` is 255.
 * No sign but a minus, no exponent, no thousands separator, no bare point.
 */
export function parsePence(text: string): number | NoPence {
  const [, sign, pounds, decimals = ''] = DECIMAL.exec(text) ?? [];
  if (pounds === undefined) return 'malformed';
  if (/[1-9]/.test(decimals.slice(2))) return 'fraction-of-a-penny';
  const pence = Number(pounds + decimals.slice(0, 2).padEnd(2, '0'));
  if (!Number.isSafeInteger(pence)) return 'too-large';
  return sign === '-' ? nothingIsPositive(-pence) : pence;
}

/** A whole number, or nothing when it is malformed or beyond what a number holds exactly. */
export function parseWhole(text: string): number | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? nothingIsPositive(value) : undefined;
}

/** quantity × unit price, or nothing when the product is beyond what a number holds exactly. */
export function amountOf(quantity: number, unitPriceMinor: number): number | undefined {
  const amount = quantity * unitPriceMinor;
  return Number.isSafeInteger(amount) ? nothingIsPositive(amount) : undefined;
}

/** `-0` is equal to `0` everywhere but in deep comparisons and in `Object.is`, where it hurts. */
const nothingIsPositive = (value: number): number => (value === 0 ? 0 : value);
