/**
 * Type codes by the ranges of the BAI2 specification (Cash Management Balance Reporting Specifications, Version 2, BAI 2005, appendix A; the
 * custom ranges 900 to 999 as listed in Oracle JD Edwards' table 09/BA): 001–099 and 900–919 are an account's status, 100–399 and 920–959 are
 * credits, 400–699 and 960–999 are debits, 890 is information without money. 700–799 are loans, where the range tells no direction.
 */
export type CodeRange = 'status' | 'credit' | 'debit' | 'loan' | 'information' | 'unknown';

export function rangeOf(code: string): CodeRange {
  if (!/^\d{3}$/.test(code)) return 'unknown';
  const number = Number(code);
  if ((number >= 1 && number <= 99) || (number >= 900 && number <= 919)) return 'status';
  if ((number >= 100 && number <= 399) || (number >= 920 && number <= 959)) return 'credit';
  if ((number >= 400 && number <= 699) || number >= 960) return 'debit';
  if (number >= 700 && number <= 799) return 'loan';
  return number === 890 ? 'information' : 'unknown';
}

/** Balances that mean the same as one of ISO 20022. All others keep their code: an average or a float is none of these. */
export const BALANCE_TYPES: ReadonlyMap<string, string> = new Map([
  ['010', 'OPBD'], // opening ledger
  ['015', 'CLBD'], // closing ledger
  ['030', 'ITBD'], // current ledger
  ['040', 'OPAV'], // opening available
  ['045', 'CLAV'], // closing available
  ['060', 'ITAV'], // current available
]);

/** Totals (100, 400) sum up details: as a detail they would count everything twice. */
export const isTotal = (code: string): boolean => code === '100' || code === '400';
export const CREDITS_NOT_DETAILED = '105';
export const DEBITS_NOT_DETAILED = '406';
