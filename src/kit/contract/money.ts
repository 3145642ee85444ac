/**
 * Money as integer minor units (pence, cents) in a string of digits, because JSON numbers are exact only to 2^53.
 * Source of the minor unit: ISO 4217. Arithmetic is done on bigint; strings are for payloads and rows only.
 */
export type MinorUnits = string;

/** `0`, `12`, `-12`; no leading zeros, no plus sign. At most 18 digits: what Postgres' bigint holds. */
export const MINOR_UNITS = /^(0|-?[1-9]\d{0,17})$/;

export const toMinor = (amount: MinorUnits): bigint => {
  if (!MINOR_UNITS.test(amount)) throw new RangeError('not an amount in minor units');
  return BigInt(amount);
};
export const fromMinor = (amount: bigint): MinorUnits => {
  const digits = amount.toString();
  if (!MINOR_UNITS.test(digits)) throw new RangeError('amount beyond 18 digits of minor units');
  return digits;
};
