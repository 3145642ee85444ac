import type { MinorUnits } from './minor.ts';
import type { Balance, Statement } from './statement.ts';

/** What of a statement touches its neighbours. */
export interface Bounds {
  /** Electronic, else legal: whole numbers only. */
  electronicSequence: string | null;
  legalSequence: string | null;
  page: number | null;
  currency: string | null;
  /** Booked, in the account's currency. */
  openingMinor: MinorUnits | null;
  closingMinor: MinorUnits | null;
  /** The last day that it tells of, if it says so. */
  day: string | null;
}

/**
 * - `first`: there is none before it
 * - `follows`: nothing is between the two
 * - `gap`: something is missing between them: a break for a person, no reason to refuse the file
 * - `overlap`: it tells again of what the one before has told
 * - `unknown`: neither says enough
 */
export interface Continuity {
  verdict: 'first' | 'follows' | 'gap' | 'overlap' | 'unknown';
  because: 'sequence' | 'page' | 'balance' | 'day' | 'nothing';
}

export function boundsOf(statement: Statement, balances: readonly Balance[]): Bounds {
  const { currency, electronicSequence, legalSequence, page, to } = statement;
  const booked = (...types: string[]) =>
    types.flatMap((type) => balances.filter((found) => found.type === type && found.currency === currency))[0];
  const closing = booked('CLBD');
  return {
    electronicSequence,
    legalSequence,
    page,
    currency,
    openingMinor: booked('OPBD', 'PRCD')?.amountMinor ?? null,
    closingMinor: closing?.amountMinor ?? null,
    day: closing?.date ?? to?.slice(0, 10) ?? null,
  };
}

/** How a statement stands to the one before it of the same account. Numbers are asked first, then balances, then days. */
export function continuity(previous: Bounds | null, next: Bounds): Continuity {
  if (previous === null) return { verdict: 'first', because: 'nothing' };
  const sameCurrency = previous.currency === next.currency;
  const stated = sameCurrency && previous.closingMinor !== null && next.openingMinor !== null;
  const meet = stated ? previous.closingMinor === next.openingMinor : undefined;
  const step = stepOf(previous, next);
  if (step === 0n && next.page !== null && next.page === (previous.page ?? 0) + 1)
    return { verdict: 'follows', because: 'page' };
  if (step !== undefined && step < 1n) return { verdict: 'overlap', because: 'sequence' };
  if (step !== undefined && step > 1n) return { verdict: 'gap', because: 'sequence' };
  if (meet === true) return { verdict: 'follows', because: 'balance' };
  if (step === 1n) return meet === false ? { verdict: 'gap', because: 'balance' } : { verdict: 'follows', because: 'sequence' }; // prettier-ignore
  if (previous.day !== null && next.day !== null && next.day <= previous.day)
    return { verdict: 'overlap', because: 'day' };
  return meet === false ? { verdict: 'gap', because: 'balance' } : { verdict: 'unknown', because: 'nothing' };
}

/** How far the number went on: 1 to the next statement. Many banks begin at 1 again in a new year. */
function stepOf(previous: Bounds, next: Bounds): bigint | undefined {
  for (const field of ['electronicSequence', 'legalSequence'] as const) {
    const [before, now] = [previous[field], next[field]].map((text) => (/^\d{1,18}$/.test(text ?? '') ? BigInt(text ?? '') : undefined)); // prettier-ignore
    if (before === undefined || now === undefined) continue;
    const newYear = previous.day !== null && next.day !== null && next.day.slice(0, 4) > previous.day.slice(0, 4);
    return newYear && now < before ? now : now - before;
  }
  return undefined;
}
