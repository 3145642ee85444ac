/** Luhn (ISO/IEC 7812-1, annex B): every second digit from the right is doubled; the digits' sum ends with 0. */
export function luhn(digits: string): boolean {
  const sum = Array.from(digits, Number)
    .toReversed()
    .reduce((total, digit, at) => {
      const value = digit * (at % 2 === 0 ? 1 : 2);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}

/** NHS number (NHS Data Dictionary): weights 10 to 2, eleven less the remainder by eleven; eleven is 0, ten is none. */
export function nhsNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits) || oneDigit(digits)) return false;
  const sum = Array.from(digits.slice(0, 9), Number).reduce((total, digit, at) => total + digit * (10 - at), 0);
  return (11 - (sum % 11)) % 11 === Number(digits[9]);
}

/** National Provider Identifier (CMS): Luhn over the number behind `80840`, that of health in the United States. */
export const npi = (digits: string): boolean => /^[12]\d{9}$/.test(digits) && luhn(`80840${digits}`);

/** Individual Healthcare Identifier of Australia: sixteen digits behind `800360`, Luhn. */
export const ihi = (digits: string): boolean => /^800360\d{10}$/.test(digits) && luhn(digits);

/** Numbers that were printed in a wallet, a leaflet and every form that wanted one: no one person's. */
const EVERYBODYS = new Set(['078051120', '219099999', '123456789', '987654321']);

/**
 * Social Security Number (SSA, POMS RM 10201.035): no area 000, 666 or from 900 on, no group 00, no serial 0000. It has
 * no check digit, so those that everybody types are listed.
 */
export const ssn = (digits: string): boolean =>
  /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits) && !EVERYBODYS.has(digits) && !oneDigit(digits);

/** Medicare Beneficiary Identifier (CMS): a form of eleven places, without letters that look like digits. */
export const mbi = (text: string): boolean => {
  const [letter, either] = ['[AC-HJKMNP-RT-Y]', '[0-9AC-HJKMNP-RT-Y]'];
  return new RegExp(`^[1-9]${letter}${either}\\d${letter}${either}\\d${letter}{2}\\d{2}$`).test(text);
};

const oneDigit = (digits: string): boolean => new Set(digits).size === 1;
