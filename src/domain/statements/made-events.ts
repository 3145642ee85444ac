import { type Random, seededRandom, weighted, wholeBelow } from '../random.ts';
import { exponentOf } from './currencies.ts';
import type { Balance, Batch, Detail, Entry, Reference, Statement, StatementEvent } from './statement.ts';

export interface MadeOptions {
  seed: number;
  /** Entries of each statement. */
  entries: number;
  /** Statements of one account, one a day, each opening with the closing balance of the one before. */
  statements?: number;
  currency?: string;
}

export type MadeFormat = 'camt.053.001.02' | 'camt.053.001.08' | 'bai2';

const FIRST_DAY = Date.UTC(2024, 0, 2);
const OPENING = 1_000_000_00n;
const ACCOUNT = 'XX00MADE0000000001';
const SERVICER = 'MADEXXB0XXX';

/** `2024-01-02` for the first day. */
export const madeDate = (number: number): string =>
  new Date(FIRST_DAY + number * 86_400_000).toISOString().slice(0, 10);

/** What a reader must find in the file that is made from the same options: no reader has a part in it. Nothing is held but one entry. */
export function* madeEvents(format: MadeFormat, options: MadeOptions): Generator<StatementEvent> {
  const { entries, statements = 1, currency = 'EUR' } = options;
  if (exponentOf(currency) === undefined) throw new RangeError('made in no known currency');
  let opening = OPENING;
  for (let number = 0; number < statements; number += 1) {
    const made = () => madeEntries(format, options, number);
    let closing = opening;
    let booked = 0;
    for (const { status, amountMinor } of made()) {
      if (status !== 'booked') continue;
      closing += BigInt(amountMinor);
      booked += 1;
    }
    const balances = balancesOf(format, opening, closing, currency, number);
    yield { event: 'opened', statement: statementOf(format, balances, currency, number) };
    for (const entry of made()) yield { event: 'entry', entry };
    yield {
      event: 'closed',
      closed: {
        addingUp: entries === 0 && format === 'bai2' ? 'not-stated' : 'adds-up',
        balances,
        entries,
        booked: booked === 0 ? {} : { [currency]: (closing - opening).toString() },
      },
    };
    opening = closing;
  }
}

function balancesOf(format: MadeFormat, opening: bigint, closing: bigint, currency: string, number: number): Balance[] {
  const [before, day] = [madeDate(number - 1), madeDate(number)];
  return [
    { type: 'OPBD', amountMinor: opening.toString(), currency, date: format === 'bai2' ? day : before },
    { type: 'CLBD', amountMinor: closing.toString(), currency, date: day },
  ];
}

function statementOf(format: MadeFormat, balances: Balance[], currency: string, number: number): Statement {
  const day = madeDate(number);
  const bai2 = format === 'bai2';
  const end = `${day}T23:59${bai2 ? '' : ':00+00:00'}`;
  return {
    source: format,
    kind: 'statement',
    id: bai2 ? ['MADEBANK', madeDate(0), '1', SERVICER, end, ACCOUNT].join('/') : `MADE-${number + 1}`,
    account: ACCOUNT,
    servicer: SERVICER,
    currency,
    electronicSequence: bai2 ? null : `${number + 1}`,
    legalSequence: null,
    page: null,
    lastPage: null,
    created: bai2 ? `${madeDate(0)}T06:00` : `${madeDate(number + 1)}T06:00:00+00:00`,
    from: bai2 ? null : `${day}T00:00:00+00:00`,
    to: end,
    balances,
  };
}

function* madeEntries(
  format: MadeFormat,
  { seed, entries, currency = 'EUR' }: MadeOptions,
  number: number,
): Generator<Entry> {
  const random = seededRandom(seed * 1_000_003 + number);
  for (let n = 1; n <= entries; n += 1)
    yield format === 'bai2' ? bai2Entry(random, number, n, currency) : camtEntry(random, number, n, currency);
}

/** Mostly small. Every so many entries there is one of more than a number holds exactly, rare enough that a million have a sum of 18 digits. */
const AMOUNTS: readonly (readonly [weight: number, upTo: number])[] = [
  [9, 500_00],
  [1, 50_000_00],
];
const HUGE = 9_007_199_254_740_993n; // 2^53 + 1
const HUGE_EVERY = 50_000;

function amount(random: Random, n: number): bigint {
  const minor = BigInt(1 + wholeBelow(random, weighted(random, AMOUNTS)));
  return n % HUGE_EVERY === 7 ? HUGE + 2n * minor : minor;
}

const TEXTS = ['Invoice 4711', 'Order & delivery <two>', 'Müller "Söhne"', '', 'Rent, garage'] as const;
const textOf = (random: Random): string | null => TEXTS[wholeBelow(random, TEXTS.length)] || null;

function camtEntry(random: Random, number: number, n: number, currency: string): Entry {
  const credit = random() < 0.5;
  const sign = (minor: bigint) => (credit ? minor : -minor).toString();
  const pending = random() < 0.03;
  const details = Array.from({ length: random() < 0.01 ? 2 + wholeBelow(random, 19) : 1 }, () =>
    camtDetail(random, n, amount(random, n), currency),
  );
  const total = details.reduce((sum, { minor }) => sum + minor, 0n);
  const batches: Batch[] =
    details.length === 1 ? [] : [{ transactions: details.length, amountMinor: sign(total), currency }];
  return {
    position: n,
    amountMinor: sign(total),
    currency,
    reversal: random() < 0.02,
    status: pending ? 'pending' : 'booked',
    bookingDate: pending ? null : madeDate(number),
    valueDate: madeDate(number + wholeBelow(random, 3)),
    servicerReference: random() < 0.8 ? `${madeDate(number)}/${n}` : null,
    references: batches.length === 0 ? [] : [{ kind: 'payment-information', value: `BATCH-${n}` }],
    code: { iso: credit ? 'PMNT/RCDT/ESCT' : 'PMNT/ICDT/ESCT', proprietary: credit ? '166' : '116' },
    remittance: null,
    batches,
    details: details.map(({ minor, detail }) => ({ ...detail, amountMinor: sign(minor) })),
  };
}

function camtDetail(random: Random, n: number, minor: bigint, currency: string): { minor: bigint; detail: Detail } {
  const references: Reference[] = [{ kind: 'end-to-end', value: `E2E-${1 + wholeBelow(random, 50)}` }]; // not unique
  if (random() < 0.3) references.push({ kind: 'creditor', value: `RF18${100_000 + n}` });
  return {
    minor,
    detail: {
      amountMinor: null,
      currency,
      references,
      counterparty: {
        name: `Made Company ${1 + wholeBelow(random, 500)}`,
        account: `XX11MADE${1 + wholeBelow(random, 500)}`,
      },
      remittance: textOf(random),
      code: { iso: null, proprietary: null },
    },
  };
}

function bai2Entry(random: Random, number: number, n: number, currency: string): Entry {
  const credit = random() < 0.5;
  const minor = amount(random, n);
  return {
    position: n,
    amountMinor: (credit ? minor : -minor).toString(),
    currency,
    reversal: false,
    status: 'booked',
    bookingDate: madeDate(number),
    valueDate: random() < 0.5 ? madeDate(number + 1) : null,
    servicerReference: random() < 0.8 ? `B${number + 1}-${n}` : null,
    references: random() < 0.5 ? [{ kind: 'customer', value: `C${1 + wholeBelow(random, 50)}` }] : [],
    code: { iso: null, proprietary: credit ? '195' : '495' },
    remittance: textOf(random),
    batches: [],
    details: [],
  };
}
