import type { PlacedEvent } from './placed.ts';
import { StatementRefused } from './refused.ts';
import type { AddingUp, Balance, Entry, Statement, StatementEvent } from './statement.ts';

const DIGITS = 10n ** 18n;

/**
 * Checks each statement of a file as its events go by: that no statement comes twice, and that opening + booked entries = closing, in every
 * currency that has both. Booked are `OPBD` or `PRCD` and `CLBD`.
 *
 * Available balances (`OPAV`, `CLAV`, …) hold value-dated and credit-line amounts that no entry shows, and interim ones (`ITBD`) are of a
 * moment between two entries that nobody names: neither is added up. A report may carry only what is new since the last one, so it is not either.
 */
export async function* checked(events: AsyncIterable<PlacedEvent>): AsyncGenerator<StatementEvent> {
  const seen = new Set<string>();
  let statement: Statement | undefined;
  let booked = new Map<string, bigint>();
  let entries = 0;
  for await (const found of events) {
    if (found.event === 'opened') {
      statement = found.statement;
      const key = JSON.stringify([statement.account, statement.id, statement.page]);
      if (seen.has(key)) throw new StatementRefused('statement-repeated', found.at);
      seen.add(key);
      booked = new Map();
      entries = 0;
      yield { event: 'opened', statement };
    } else if (found.event === 'entry') {
      const { status, currency, amountMinor } = found.entry;
      entries += 1;
      if (status === 'booked') booked.set(currency, (booked.get(currency) ?? 0n) + BigInt(amountMinor));
      yield found;
    } else if (statement) {
      const balances = [...statement.balances, ...found.balances];
      const movements = new Map(booked);
      if (found.unlistedMinor && statement.currency !== null)
        movements.set(statement.currency, (movements.get(statement.currency) ?? 0n) + found.unlistedMinor);
      const addingUp = addUp(statement, balances, movements, found.at);
      for (const sum of booked.values())
        if (sum >= DIGITS || sum <= -DIGITS) throw new StatementRefused('amount-too-large', found.at);
      const sums = Object.fromEntries([...booked].map(([currency, sum]) => [currency, sum.toString()]));
      yield { event: 'closed', closed: { addingUp, balances, entries, booked: sums } };
    }
  }
}

function addUp(statement: Statement, balances: Balance[], movements: Map<string, bigint>, at: string): AddingUp {
  const openings = balances.filter(({ type }) => type === 'OPBD' || type === 'PRCD');
  const closings = balances.filter(({ type }) => type === 'CLBD');
  if (statement.kind !== 'statement' || openings.length === 0 || closings.length === 0) return 'not-stated';
  if ((statement.page ?? 1) > 1 || statement.lastPage === false) return 'paged';
  // BAI2 reports balances without listing what moved them.
  if (statement.source === 'bai2' && movements.size === 0) return 'not-stated';
  let added = false;
  for (const opening of openings)
    for (const closing of closings) {
      if (opening.currency !== closing.currency) continue;
      const moved = movements.get(opening.currency) ?? 0n;
      if (BigInt(opening.amountMinor) + moved !== BigInt(closing.amountMinor))
        throw new StatementRefused('not-adding-up', at);
      added = true;
    }
  return added ? 'adds-up' : 'other-currency';
}

/**
 * The sum of an entry's details, or nothing where they are not all there or not all in its currency. No reason to refuse a file when it
 * differs: charges are netted, instructed amounts shown, and batches counted differently by banks that keep their books well.
 */
export function detailsMinor({ details, batches, currency }: Entry): bigint | undefined {
  const stated = batches.reduce((sum, { transactions }) => sum + (transactions ?? 0), 0);
  if (details.length === 0 || (stated > 0 && stated !== details.length)) return undefined;
  let sum = 0n;
  for (const detail of details) {
    if (detail.amountMinor === null || detail.currency !== currency) return undefined;
    sum += BigInt(detail.amountMinor);
  }
  return sum;
}
