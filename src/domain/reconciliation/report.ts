import { decimalOf } from '../statements/minor.ts';
import { isOpen, type OpenBreak, type Result, type ShownItem } from './result.ts';

/** A spreadsheet takes such a cell for a formula: it is quoted with an apostrophe (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;

const cell = (value: string | number, plain = false): string => {
  const text = !plain && typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const COLUMNS = [
  'state',
  'group',
  'rung_or_kind',
  'side',
  'date',
  'amount_minor',
  'currency',
  'difference_minor',
  'age_days',
  'references',
  'id',
];

/** Every item once, a line each; those of one match have one `group`. RFC 4180. */
export function csvOf({ matches, breaks }: Result): string {
  const line = (
    state: string,
    group: number | '',
    why: string,
    side: string,
    { date, amountMinor, currency, references, id }: ShownItem,
    difference: string,
    age: number | '',
  ): string =>
    [
      state,
      group,
      why,
      side,
      date,
      cell(amountMinor, true),
      currency,
      cell(difference, true),
      age,
      cell(references.join(' ')),
      cell(id),
    ].join(',');
  const lines = [
    ...matches.flatMap(({ rung, differenceMinor, statement, ledger }, i) => [
      ...statement.map((item) => line('matched', i + 1, rung, 'statement', item, differenceMinor, '')),
      ...ledger.map((item) => line('matched', i + 1, rung, 'ledger', item, differenceMinor, '')),
    ]),
    ...breaks.map((each) =>
      line(isOpen(each) ? 'open' : 'decided', '', each.kind, each.side, each.item, '', each.ageDays),
    ),
  ];
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** Rows of a table on the page: who wants all of them takes the CSV. */
const ROWS = 1_000;

/** One page for a controller: what was told, what is open, oldest first, and what was matched. To read and to print. */
export function htmlOf(result: Result): string {
  const { account, ledgerAccount, period, statements, matches, breaks } = result;
  const open = breaks.filter(isOpen).toSorted((a, b) => b.ageDays - a.ageDays);
  const decided = breaks.filter((each) => !isOpen(each));
  const title = `Reconciliation of ${account}, ${period}`;
  const facts = [
    ['account', account],
    ['ledger account', ledgerAccount ?? 'none: statement only'],
    ['matches', String(matches.length)],
    ['open breaks', String(open.length)],
    ['decided', String(decided.length)],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #111; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; width: 100%; }
th, td { text-align: left; padding: 0.25rem 0.6rem; border-bottom: 1px solid #ccc; vertical-align: top; }
td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
caption { text-align: left; font-weight: bold; padding: 0.3rem 0; }
thead { display: table-header-group; } tr { break-inside: avoid; }
@page { margin: 15mm; } @media print { body { margin: 0; font-size: 10pt; } }
</style></head><body>
<h1>${escaped(title)}</h1>
<p class="verdict">${open.length === 0 ? 'Everything is matched or decided.' : `${open.length} breaks wait for a person.`}</p>
${table('Summary', [], facts)}
${table(
  'Statements',
  ['id', 'edition', 'day', 'opening', 'closing', 'adding up', 'after the one before'],
  statements.map(({ id, edition, day, currency, openingMinor, closingMinor, addingUp, continuity }) => [
    id,
    String(edition),
    day ?? '',
    amount(openingMinor, currency),
    amount(closingMinor, currency),
    addingUp,
    continuity,
  ]),
)}
${table('Open breaks', BREAK_COLUMNS, open.map(breakRow))}
${table('Decided', BREAK_COLUMNS, decided.map(breakRow))}
${table(
  'Matches',
  ['rung', 'statement', 'ledger', 'difference'],
  matches.map(({ rung, statement, ledger, differenceMinor }) => [
    rung,
    statement.map(shortOf).join('; '),
    ledger.map(shortOf).join('; '),
    amount(differenceMinor, (statement[0] ?? ledger[0])!.currency),
  ]),
)}
</body></html>
`;
}

const BREAK_COLUMNS = ['side', 'kind', 'date', 'age, days', 'amount', 'references', 'candidates'];
const breakRow = ({ side, kind, ageDays, item, candidates }: OpenBreak): string[] => [
  side,
  kind,
  item.date,
  String(ageDays),
  amount(item.amountMinor, item.currency),
  item.references.join(' '),
  candidates.map(shortOf).join('; '),
];

const shortOf = ({ date, amountMinor, currency, references }: ShownItem): string =>
  [date, amount(amountMinor, currency), ...references.slice(0, 1)].join(' ');
const amount = (minor: string | null, currency: string | null): string =>
  minor === null || currency === null ? '' : `${decimalOf(BigInt(minor), currency)} ${currency}`;

const AMOUNTS = new Set(['opening', 'closing', 'amount', 'difference']);

function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells.map((text, i) => `<${tag}${AMOUNTS.has(columns[i] ?? '') ? ' class="amount"' : ''}>${escaped(text)}</${tag}>`).join('')}</tr>`;
  const head = columns.length === 0 ? '' : `<thead>${row('th', columns)}</thead>`;
  const rest = rows.length > ROWS ? `<p>… and ${rows.length - ROWS} more, which the CSV has.</p>` : '';
  return `<table><caption>${escaped(caption)}</caption>${head}<tbody>${rows
    .slice(0, ROWS)
    .map((cells) => row('td', cells))
    .join('\n')}</tbody></table>${rest}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
