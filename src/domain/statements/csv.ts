import { Columns, decimalIn, type Read } from './csv-columns.ts';
import type { CsvMapping } from './csv-mapping.ts';
import { csvRows } from './csv-rows.ts';
import type { Limits } from './limits.ts';
import type { PlacedEvent } from './placed.ts';
import { StatementRefused } from './refused.ts';
import type { Balance } from './statement.ts';

/** The statement that is being read: rows of one account and currency that stand together. */
interface Open {
  account: string;
  currency: string;
  entries: number;
  /** The first and the last booked row, where rows have balances. */
  first: Balanced | undefined;
  last: Balanced | undefined;
  line: number;
}

interface Balanced {
  balance: bigint;
  amount: bigint;
  day: string | null;
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
      const { account, entry } = read;
      open = { account, currency: entry.currency, entries: 0, first: undefined, last: undefined, line: row.line };
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

function openedOf(open: Open, { day, refused }: Read, mapping: CsvMapping): PlacedEvent {
  const { account, currency, line } = open;
  const at = `line ${line}`;
  if (mapping.id === null && day === null) throw refused('field-missing'); // which statement is it?
  const balances: Balance[] = [];
  const state = (type: string, text: string | null) => {
    if (text === null) return;
    const minor = decimalIn(text, currency, mapping);
    if (typeof minor === 'string') throw new StatementRefused(minor, type === 'OPBD' ? 'opening' : 'closing');
    balances.push({ type, amountMinor: minor.toString(), currency, date: null });
  };
  state('OPBD', mapping.opening);
  state('CLBD', mapping.closing);
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
  open.first ??= open.last;
}

function closedOf({ first, last, currency, line }: Open, { order }: CsvMapping): PlacedEvent {
  const [oldest, newest] = order === 'oldest-first' ? [first, last] : [last, first];
  const balances: Balance[] = [];
  if (oldest && newest) {
    const openingMinor = (oldest.balance - oldest.amount).toString();
    balances.push({ type: 'OPBD', amountMinor: openingMinor, currency, date: oldest.day });
    balances.push({ type: 'CLBD', amountMinor: newest.balance.toString(), currency, date: newest.day });
  }
  return { event: 'closed', balances, at: `line ${line}` };
}
