import { exponentOf } from './currencies.ts';

/** Integer minor units in a string of digits, as in `kit/contract/money.ts`: `0`, `12`, `-12`; at most 18 digits. */
export type MinorUnits = string;

/** Why a text is no amount. */
export type NoAmount = 'amount-malformed' | 'amount-too-precise' | 'amount-too-large' | 'currency-unknown';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const DIGITS = 18;

/**
 * A decimal (XML Schema's lexical form: no exponent, no separator of thousands) in minor units of its currency. Digits are moved, never
 * computed with, and nothing is rounded: with two decimals `18.150` is 1815 and `18.155` is refused.
 */
export function minorOf(text: string, currency: string): bigint | NoAmount {
  const exponent = exponentOf(currency);
  if (exponent === undefined) return 'currency-unknown';
  const [, sign, whole = '', decimals = ''] = DECIMAL.exec(text) ?? [];
  if (sign === undefined || whole + decimals === '') return 'amount-malformed';
  if (/[1-9]/.test(decimals.slice(exponent))) return 'amount-too-precise';
  return signed(sign, whole + decimals.slice(0, exponent).padEnd(exponent, '0'));
}

/** A whole number of minor units, as BAI2 writes amounts: the decimals of the currency are implied. */
export function impliedMinorOf(text: string): bigint | NoAmount {
  const [, sign, digits] = /^([+-]?)(\d+)$/.exec(text) ?? [];
  return digits === undefined || sign === undefined ? 'amount-malformed' : signed(sign, digits);
}

function signed(sign: string, digits: string): bigint | NoAmount {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > DIGITS) return 'amount-too-large';
  const amount = BigInt(significant);
  return sign === '-' ? -amount : amount;
}

/** Minor units as a decimal with all of the currency's places: what `minorOf` reads. */
export function decimalOf(minor: bigint, currency: string): string {
  const exponent = exponentOf(currency) ?? 0;
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const at = digits.length - exponent;
  return `${minor < 0n ? '-' : ''}${digits.slice(0, at)}${exponent === 0 ? '' : `.${digits.slice(at)}`}`;
}
