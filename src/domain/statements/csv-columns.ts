import { type CsvMapping, dateParts } from './csv-mapping.ts';
import type { Row } from './csv-rows.ts';
import { exponentOf } from './currencies.ts';
import { isDay } from './days.ts';
import type { Limits } from './limits.ts';
import { minorOf } from './minor.ts';
import { referenceOf } from './references.ts';
import { StatementRefused, type StatementRefusal } from './refused.ts';
import type { Entry, ReferenceKind } from './statement.ts';

/** What a row says. */
export interface Read {
  account: string;
  /** Booking date, else value date: a pending entry may have the second only. */
  day: string | null;
  entry: Entry;
  amount: bigint;
  balance: bigint | undefined;
  refused: (code: StatementRefusal) => StatementRefused;
}

/** The header's columns, by what the mapping says they are. */
export class Columns {
  readonly #mapping: CsvMapping;
  readonly #limits: Limits;
  readonly #at = new Map<string, number>();
  readonly #date: NonNullable<ReturnType<typeof dateParts>>;

  constructor({ fields, line }: Row, mapping: CsvMapping, limits: Limits) {
    this.#mapping = mapping;
    this.#limits = limits;
    const date = dateParts(mapping.dateFormat);
    if (!date) throw new StatementRefused('mapping-malformed', 'dateFormat');
    this.#date = date;
    const names = fields.map((name) => name.trim());
    for (const [field, column] of columnsOf(mapping)) {
      // Named by the mapping's field: the header's text is the file's.
      const at = names.indexOf(column);
      if (at === -1) throw new StatementRefused('column-missing', `${field}, line ${line}`);
      if (names.lastIndexOf(column) !== at) throw new StatementRefused('column-repeated', `${field}, line ${line}`);
      this.#at.set(column, at);
    }
  }

  read({ fields, line }: Row): Read {
    const mapping = this.#mapping;
    const refused = (code: StatementRefusal) => new StatementRefused(code, `line ${line}`);
    const cell = (column: string | null): string | null =>
      column === null ? null : fields[this.#at.get(column) ?? -1]?.trim() || null;
    const given = (column: string): string => {
      const text = cell(column);
      if (text === null) throw refused('field-missing');
      return text;
    };
    const day = (column: string | null): string | null => {
      const text = cell(column);
      const read = text === null ? null : this.#dayOf(text);
      if (read === undefined) throw refused('date-malformed');
      return read;
    };
    const currency = 'constant' in mapping.currency ? mapping.currency.constant : given(mapping.currency.column);
    if (exponentOf(currency) === undefined) throw refused('currency-unknown');
    const minor = (text: string): bigint => {
      const amount = decimalIn(text, currency, mapping);
      if (typeof amount === 'string') throw refused(amount);
      return amount;
    };
    const bookingDate = day(mapping.bookingDate);
    const valueDate = day(mapping.valueDate);
    const pending = mapping.pending !== null && cell(mapping.pending.column) === mapping.pending.is;
    if (bookingDate === null && !pending) throw refused('field-missing');
    const amount = amountIn(mapping.amount, cell, minor, refused);
    const remittance = cell(mapping.remittance);
    if (remittance !== null && remittance.length > this.#limits.remittanceChars) throw refused('text-too-long');
    const name = cell(mapping.counterpartyName);
    const account = cell(mapping.counterpartyAccount);
    const none = { amountMinor: null, currency: null, references: [], remittance: null };
    const entry: Entry = {
      position: 0,
      amountMinor: amount.toString(),
      currency,
      reversal: false,
      status: pending ? 'pending' : 'booked',
      bookingDate,
      valueDate,
      servicerReference: referenceOf(cell(mapping.reference)),
      references: Object.entries(mapping.references).flatMap(([kind, column]) => {
        const value = referenceOf(cell(column));
        return value === null ? [] : [{ kind: kind as ReferenceKind, value }];
      }),
      code: { iso: null, proprietary: cell(mapping.code) },
      remittance,
      batches: [],
      details:
        name === null && account === null
          ? []
          : [{ ...none, counterparty: { name, account }, code: { iso: null, proprietary: null } }],
    };
    return {
      account: 'constant' in mapping.account ? mapping.account.constant : given(mapping.account.column),
      day: bookingDate ?? valueDate,
      entry,
      amount,
      balance: mapping.balance === null || pending ? undefined : minor(given(mapping.balance)),
      refused,
    };
  }

  #dayOf(text: string): string | undefined {
    const found = this.#date.pattern.exec(text);
    const part = (first: string) => found?.[this.#date.parts.findIndex((part) => part.startsWith(first)) + 1] ?? '';
    const year = part('Y');
    const day = `${year.length === 2 ? '20' : ''}${year}-${part('M')}-${part('D')}`;
    return isDay(day) ? day : undefined;
  }
}

/** Every column that the mapping names, with the field that names it. */
function columnsOf(mapping: CsvMapping): [field: string, column: string][] {
  const { account, currency, amount, references, pending } = mapping;
  const fields = ['bookingDate', 'valueDate', 'reference', 'code', 'remittance', 'counterpartyName', 'counterpartyAccount', 'balance'] as const; // prettier-ignore
  const found: [string, string | null | undefined][] = [
    ['account', 'column' in account ? account.column : null],
    ['currency', 'column' in currency ? currency.column : null],
    ...('signed' in amount
      ? [['amount.signed', amount.signed] as [string, string]]
      : 'credit' in amount
        ? ([['amount.credit', amount.credit], ['amount.debit', amount.debit]] as [string, string][]) // prettier-ignore
        : ([['amount.unsigned', amount.unsigned], ['amount.direction', amount.direction]] as [string, string][])), // prettier-ignore
    ...fields.map((field): [string, string | null] => [field, mapping[field]]),
    ...Object.entries(references).map(([kind, column]): [string, string] => [`references.${kind}`, column]),
    ['pending', pending?.column],
  ];
  return found.flatMap(([field, column]) => (column ? [[field, column]] : []));
}

function amountIn(
  amount: CsvMapping['amount'],
  cell: (column: string) => string | null,
  minor: (text: string) => bigint,
  refused: (code: StatementRefusal) => StatementRefused,
): bigint {
  const unsigned = (text: string): bigint => {
    const found = minor(text);
    if (found < 0n) throw refused('amount-malformed');
    return found;
  };
  if ('signed' in amount) {
    const text = cell(amount.signed);
    if (text === null) throw refused('field-missing');
    return minor(text);
  }
  if ('credit' in amount) {
    const credit = cell(amount.credit);
    const debit = cell(amount.debit);
    if (credit === null && debit === null) throw refused('field-missing');
    const [incoming, outgoing] = [unsigned(credit ?? '0'), unsigned(debit ?? '0')];
    if (incoming !== 0n && outgoing !== 0n) throw refused('amount-malformed'); // which of the two is it?
    return incoming - outgoing;
  }
  const text = cell(amount.unsigned);
  const direction = cell(amount.direction);
  if (text === null || direction === null) throw refused('field-missing');
  if (direction !== amount.creditIs && direction !== amount.debitIs) throw refused('code-unknown');
  return direction === amount.creditIs ? unsigned(text) : -unsigned(text);
}

/** `1.234,56-` with a decimal comma and points between thousands: a sign in front or behind, groups of three or none. */
export function decimalIn(
  text: string,
  currency: string,
  { decimal, thousands }: CsvMapping,
): ReturnType<typeof minorOf> {
  const [, before = '', whole = '', decimals, after = ''] =
    (decimal === '.' ? POINT : COMMA).exec(text.replaceAll('\u00A0', ' ')) ?? [];
  const groups = thousands === null ? [whole] : whole.split(thousands);
  const grouped = groups.length === 1 || groups.every((group, n) => /^\d+$/.test(group) && (n === 0 ? group.length <= 3 : group.length === 3)); // prettier-ignore
  if (whole === '' || !grouped || (before !== '' && after !== '')) return 'amount-malformed';
  return minorOf(`${before}${after}${groups.join('')}${decimals === undefined ? '' : `.${decimals}`}`, currency);
}
const POINT = /^([+-]?)([\d,' ]+)(?:\.(\d+))?(-?)$/;
const COMMA = /^([+-]?)([\d.' ]+)(?:,(\d+))?(-?)$/;
