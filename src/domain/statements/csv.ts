import { type CsvMapping, dateParts } from './csv-mapping.ts';
import { csvRows, type Row } from './csv-rows.ts';
import { exponentOf } from './currencies.ts';
import { isDay } from './days.ts';
import type { Limits } from './limits.ts';
import { minorOf } from './minor.ts';
import type { PlacedEvent } from './placed.ts';
import { referenceOf } from './references.ts';
import { StatementRefused, type StatementRefusal } from './refused.ts';
import type { Balance, Entry, ReferenceKind } from './statement.ts';

/** The statement that is being read: rows of one account and currency that stand together. */
interface Open {
  account: string;
  currency: string;
  entries: number;
  /** Of the last booked row: its balance, its amount, its day. */
  last: { balance: bigint; amount: bigint; day: string } | undefined;
  line: number;
}

/** Reads a CSV whose columns a mapping declares. Where account or currency is a column, each change of it begins another statement. */
export async function* csvEvents(
  texts: AsyncIterable<string>,
  mapping: CsvMapping,
  limits: Limits,
): AsyncGenerator<PlacedEvent> {
  let columns: Columns | undefined;
  let open: Open | undefined;
  let statements = 0;
  for await (const row of csvRows(texts, mapping, limits)) {
    if (!columns) {
      columns = new Columns(row, mapping, limits);
      continue;
    }
    const read = columns.read(row);
    if (open && (open.account !== read.account || open.currency !== read.entry.currency)) {
      yield closedOf(open, mapping);
      open = undefined;
    }
    if (!open) {
      if (++statements > limits.statements) throw read.refused('too-many-statements');
      open = { account: read.account, currency: read.entry.currency, entries: 0, last: undefined, line: row.line };
      yield openedOf(open, read, mapping);
    }
    open.entries += 1;
    if (open.entries > limits.entries) throw read.refused('too-many-entries');
    open.line = row.line;
    follow(open, read, mapping);
    yield { event: 'entry', entry: { ...read.entry, position: open.entries } };
  }
  if (!columns) throw new StatementRefused('truncated', 'line 1');
  if (!open) throw new StatementRefused('statement-missing', 'line 2');
  yield closedOf(open, mapping);
}

interface Read {
  account: string;
  day: string;
  entry: Entry;
  amount: bigint;
  balance: bigint | undefined;
  refused(code: StatementRefusal): StatementRefused;
}

function openedOf(open: Open, { day, amount, balance }: Read, mapping: CsvMapping): PlacedEvent {
  const { account, currency, line } = open;
  const at = `line ${line}`;
  const balances: Balance[] = [];
  const state = (type: string, text: string | null) => {
    if (text === null) return;
    const minor = decimalIn(text, currency, mapping);
    if (typeof minor === 'string') throw new StatementRefused(minor, type === 'OPBD' ? 'opening' : 'closing');
    balances.push({ type, amountMinor: minor.toString(), currency, date: null });
  };
  state('OPBD', mapping.opening);
  state('CLBD', mapping.closing);
  if (balance !== undefined)
    balances.push(
      mapping.order === 'oldest-first'
        ? { type: 'OPBD', amountMinor: (balance - amount).toString(), currency, date: day }
        : { type: 'CLBD', amountMinor: balance.toString(), currency, date: day },
    );
  return {
    event: 'opened',
    statement: {
      source: 'csv',
      kind: 'statement',
      id: mapping.id ?? [account, currency, day].join('/'),
      account,
      servicer: null,
      currency,
      electronicSequence: null,
      legalSequence: null,
      page: null,
      lastPage: null,
      created: null,
      from: null,
      to: null,
      balances,
    },
    at,
  };
}

/** The balance of each booked row follows from its neighbour's. */
function follow(open: Open, { day, amount, balance, entry, refused }: Read, { order }: CsvMapping): void {
  if (balance === undefined || entry.status !== 'booked') return;
  const { last } = open;
  const expected = last && (order === 'oldest-first' ? last.balance + amount : last.balance - last.amount);
  if (expected !== undefined && expected !== balance) throw refused('not-adding-up');
  open.last = { balance, amount, day };
}

function closedOf({ last, currency, line }: Open, { order }: CsvMapping): PlacedEvent {
  const balances: Balance[] = [];
  if (last)
    balances.push(
      order === 'oldest-first'
        ? { type: 'CLBD', amountMinor: last.balance.toString(), currency, date: last.day }
        : { type: 'OPBD', amountMinor: (last.balance - last.amount).toString(), currency, date: last.day },
    );
  return { event: 'closed', balances, at: `line ${line}` };
}

/** The header's columns, by what the mapping says they are. */
class Columns {
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
      day: bookingDate ?? '',
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
function decimalIn(text: string, currency: string, { decimal, thousands }: CsvMapping): ReturnType<typeof minorOf> {
  const [, before = '', whole = '', decimals, after = ''] =
    (decimal === '.' ? POINT : COMMA).exec(text.replaceAll('\u00A0', ' ')) ?? [];
  const groups = thousands === null ? [whole] : whole.split(thousands);
  const grouped = groups.length === 1 || groups.every((group, n) => /^\d+$/.test(group) && (n === 0 ? group.length <= 3 : group.length === 3)); // prettier-ignore
  if (whole === '' || !grouped || (before !== '' && after !== '')) return 'amount-malformed';
  return minorOf(`${before}${after}${groups.join('')}${decimals === undefined ? '' : `.${decimals}`}`, currency);
}
const POINT = /^([+-]?)([\d,' ]+)(?:\.(\d+))?(-?)$/;
const COMMA = /^([+-]?)([\d.' ]+)(?:,(\d+))?(-?)$/;
