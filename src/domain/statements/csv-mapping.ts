import { exponentOf } from './currencies.ts';
import { StatementRefused } from './refused.ts';
import type { ReferenceKind } from './statement.ts';

/** Where a value stands: in a column, by the name in the header, or once for the whole file. */
export type Source = { column: string } | { constant: string };

/** What the columns of a bank's CSV mean. Nothing is guessed. */
export interface CsvMapping {
  delimiter: ',' | ';' | '\t' | '|';
  /** Lines before the header. */
  skipLines: number;
  order: 'oldest-first' | 'newest-first';
  /** `DD.MM.YYYY`: YYYY or YY, MM and DD once each, everything else as it stands. */
  dateFormat: string;
  decimal: '.' | ',';
  thousands: '.' | ',' | ' ' | "'" | null;
  account: Source;
  currency: Source;
  /** One signed column (credits positive); two columns without signs; or one without a sign and one that says which. */
  amount:
    | { signed: string }
    | { credit: string; debit: string }
    | { unsigned: string; direction: string; creditIs: string; debitIs: string };
  bookingDate: string;
  valueDate: string | null;
  /** The servicer's reference. */
  reference: string | null;
  /** Other references: column by kind. */
  references: Partial<Record<ReferenceKind, string>>;
  code: string | null;
  remittance: string | null;
  counterpartyName: string | null;
  counterpartyAccount: string | null;
  /** A column, and what stands in it for an entry that is not booked yet; all others are booked. */
  pending: { column: string; is: string } | null;
  /** The balance after the entry: each must follow from the one before. */
  balance: string | null;
  /** Decimals, as in the file; only for a file of one account. */
  opening: string | null;
  closing: string | null;
  /** The servicer's id of the statement, if it has one. Else the first row's day is. */
  id: string | null;
}

const KINDS: readonly ReferenceKind[] = ['end-to-end', 'instruction', 'transaction', 'uetr', 'mandate', 'cheque', 'clearing', 'message', 'payment-information', 'creditor', 'document', 'entry', 'customer', 'proprietary']; // prettier-ignore

/**
 * A mapping from JSON. Absent are `delimiter` for a comma, `order` for oldest first, `decimal` for a point, and all that may be null.
 *
 * @throws StatementRefused `mapping-malformed`, at the field
 */
export function parseCsvMapping(value: unknown): CsvMapping {
  const given = objectAt(value, 'mapping');
  const known = new Set<string>(FIELDS);
  const unknown = Object.keys(given).findIndex((field) => !known.has(field));
  if (unknown !== -1) throw malformed(`field ${unknown + 1}`); // a misspelt field must not be passed over
  const one = <T extends string | null>(field: string, among: readonly T[], otherwise: T): T => {
    const found = given[field] === undefined ? otherwise : among.find((choice) => choice === given[field]);
    if (found === undefined) throw malformed(field);
    return found;
  };
  const optional = (field: string) =>
    given[field] === undefined || given[field] === null ? null : textAt(given, field);
  const account = sourceAt(given, 'account');
  const currency = sourceAt(given, 'currency');
  if ('constant' in currency && exponentOf(currency.constant) === undefined) throw malformed('currency.constant');
  const decimal = one('decimal', ['.', ','] as const, '.');
  const thousands = one('thousands', ['.', ',', ' ', "'", null] as const, null);
  if (thousands === decimal) throw malformed('thousands');
  const dateFormat = textAt(given, 'dateFormat');
  if (dateParts(dateFormat) === undefined) throw malformed('dateFormat');
  const skipLines = given['skipLines'] ?? 0;
  if (typeof skipLines !== 'number' || !Number.isSafeInteger(skipLines) || skipLines < 0 || skipLines > 1_000)
    throw malformed('skipLines');
  const opening = optional('opening');
  const closing = optional('closing');
  for (const [field, stated] of [
    ['opening', opening],
    ['closing', closing],
  ] as const)
    // prettier-ignore
    if (stated !== null && ('column' in account || 'column' in currency)) throw malformed(field);
  return {
    delimiter: one('delimiter', [',', ';', '\t', '|'] as const, ','),
    skipLines,
    order: one('order', ['oldest-first', 'newest-first'] as const, 'oldest-first'),
    dateFormat,
    decimal,
    thousands,
    account,
    currency,
    amount: amountAt(given),
    bookingDate: textAt(given, 'bookingDate'),
    valueDate: optional('valueDate'),
    reference: optional('reference'),
    references: referencesAt(given),
    code: optional('code'),
    remittance: optional('remittance'),
    counterpartyName: optional('counterpartyName'),
    counterpartyAccount: optional('counterpartyAccount'),
    pending: pendingAt(given),
    balance: optional('balance'),
    opening,
    closing,
    id: optional('id'),
  };
}

const FIELDS: readonly (keyof CsvMapping)[] = ['delimiter', 'skipLines', 'order', 'dateFormat', 'decimal', 'thousands', 'account', 'currency', 'amount', 'bookingDate', 'valueDate', 'reference', 'references', 'code', 'remittance', 'counterpartyName', 'counterpartyAccount', 'pending', 'balance', 'opening', 'closing', 'id']; // prettier-ignore

/** The parts of a date format in their order, and what stands around them; nothing when it is none. */
export function dateParts(format: string): { parts: ('YYYY' | 'YY' | 'MM' | 'DD')[]; pattern: RegExp } | undefined {
  const parts = format.match(/YYYY|YY|MM|DD/g) as ('YYYY' | 'YY' | 'MM' | 'DD')[] | null;
  const kinds = new Set(parts?.map((part) => part.charAt(0)));
  if (parts?.length !== 3 || kinds.size !== 3) return undefined;
  const around = format.split(/YYYY|YY|MM|DD/).map((text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'));
  const pattern = parts.reduce(
    (text, part, n) => `${text}(\\d{${part.length}})${around[n + 1] ?? ''}`,
    around[0] ?? '',
  );
  return { parts, pattern: new RegExp(`^${pattern}$`) };
}

type Given = Readonly<Record<string, unknown>>;

const malformed = (field: string) => new StatementRefused('mapping-malformed', field);

function objectAt(value: unknown, field: string): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(field);
  return value as Given;
}

function textAt(given: Given, field: string, within = ''): string {
  const value = given[field];
  if (typeof value !== 'string' || value.trim() === '') throw malformed(within + field);
  return value;
}

function sourceAt(given: Given, field: string): Source {
  const source = objectAt(given[field], field);
  if (Object.keys(source).length !== 1) throw malformed(field);
  return 'column' in source
    ? { column: textAt(source, 'column', `${field}.`) }
    : { constant: textAt(source, 'constant', `${field}.`) };
}

function amountAt(given: Given): CsvMapping['amount'] {
  const amount = objectAt(given['amount'], 'amount');
  const text = (field: string) => textAt(amount, field, 'amount.');
  const fields = Object.keys(amount).toSorted().join();
  if (fields === 'signed') return { signed: text('signed') };
  if (fields === 'credit,debit') return { credit: text('credit'), debit: text('debit') };
  if (fields !== 'creditIs,debitIs,direction,unsigned') throw malformed('amount');
  return {
    unsigned: text('unsigned'),
    direction: text('direction'),
    creditIs: text('creditIs'),
    debitIs: text('debitIs'),
  };
}

function referencesAt(given: Given): CsvMapping['references'] {
  if (given['references'] === undefined) return {};
  const references = objectAt(given['references'], 'references');
  const found = KINDS.filter((kind) => kind in references);
  if (found.length !== Object.keys(references).length) throw malformed('references');
  return Object.fromEntries(found.map((kind) => [kind, textAt(references, kind, 'references.')]));
}

function pendingAt(given: Given): CsvMapping['pending'] {
  if (given['pending'] === undefined || given['pending'] === null) return null;
  const pending = objectAt(given['pending'], 'pending');
  return { column: textAt(pending, 'column', 'pending.'), is: textAt(pending, 'is', 'pending.') };
}
