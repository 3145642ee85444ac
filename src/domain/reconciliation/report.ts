import { decimalOf } from '../statements/minor.ts';
import { RUNGS } from '../matching/model.ts';
import {
  isDifferent,
  isOpen,
  waitingIn,
  type MatchedItems,
  type OpenBreak,
  type Result,
  type ShownDecision,
  type ShownItem,
} from './result.ts';

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
  'decision',
];

/** Every item once, a line each; those of one match have one `group`. RFC 4180. */
export function csvOf({ matches, breaks }: Result): string {
  const line = (
    state: 'matched' | 'open' | 'decided',
    why: string,
    side: string,
    { date, amountMinor, currency, references, id }: ShownItem,
    of: { group?: number; difference?: string; age?: number; decision?: ShownDecision | undefined },
  ): string =>
    [
      state,
      of.group ?? '',
      why,
      side,
      date,
      cell(amountMinor, true),
      currency,
      cell(of.difference ?? '', true),
      of.age ?? '',
      cell(references.join(' ')),
      cell(id),
      cell(of.decision?.id ?? ''),
    ].join(',');
  const lines = [
    ...matches.flatMap(({ rung, differenceMinor: difference, statement, ledger, decision }, i) => {
      const of = { group: i + 1, difference, decision };
      return [
        ...statement.map((item) => line('matched', rung, 'statement', item, of)),
        ...ledger.map((item) => line('matched', rung, 'ledger', item, of)),
      ];
    }),
    ...breaks.map((each) => {
      const { kind, side, item, ageDays: age, decision } = each;
      return line(isOpen(each) ? 'open' : 'decided', kind, side, item, { age, decision });
    }),
  ];
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}

/** Rows of a table on the page: who wants all of them takes the CSV. */
const ROWS = 1_000;

/** One page for a controller: what was told, what waits for a person, oldest first, and what was matched. To read and to print. */
export function htmlOf(result: Result): string {
  const { account, ledgerAccount, period, statements, matches, breaks, lapsed } = result;
  const open = breaks.filter(isOpen).toSorted((a, b) => b.ageDays - a.ageDays);
  const explained = breaks.filter((each) => !isOpen(each));
  const differences = matches.filter(isDifferent);
  const waiting = waitingIn(result);
  const title = `Reconciliation of ${account}, ${period}`;
  const facts = [
    ['account', account],
    ['ledger account', ledgerAccount ?? 'none: statement only'],
    ['matches', String(matches.length)],
    ['open breaks', String(open.length)],
    ['differences to be booked', String(differences.length)],
    ['decisions that lapsed', String(lapsed.length)],
    ['explained', String(explained.length)],
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
<p class="verdict">${waiting === 0 ? 'Everything is matched or decided.' : `${waiting} ${waiting === 1 ? 'thing waits' : 'things wait'} for a person.`}</p>
${table('Summary', [], facts)}
${table('By rung', ['rung', 'currency', 'matches', 'statement sum', 'ledger sum', 'difference'], totals(matches))}
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
${table('Differences to be booked', MATCH_COLUMNS, differences.map(matchRow))}
${table(
  'Decisions that lapsed: what they are about is not there any more',
  ['decision', 'by', 'reason'],
  lapsed.map((decision) => [`${decision.kind} ${decision.id}`, peopleOf(decision), decision.reason]),
)}
${table('Explained', BREAK_COLUMNS, explained.map(breakRow))}
${table('Matches', MATCH_COLUMNS, matches.map(matchRow))}
</body></html>
`;
}

const BREAK_COLUMNS = ['side', 'kind', 'date', 'age, days', 'amount', 'references', 'candidates', 'decision'];
const breakRow = ({ side, kind, ageDays, item, candidates, decision }: OpenBreak): string[] => [
  side,
  kind,
  item.date,
  String(ageDays),
  amount(item.amountMinor, item.currency),
  item.references.join(' '),
  candidates.map(shortOf).join('; '),
  wordsOf(decision),
];
const MATCH_COLUMNS = ['rung', 'statement', 'ledger', 'difference', 'decision'];
const matchRow = (match: MatchedItems): string[] => [
  match.rung,
  match.statement.map(shortOf).join('; '),
  match.ledger.map(shortOf).join('; '),
  amount(match.differenceMinor, currencyOf(match)),
  wordsOf(match.decision),
];
const currencyOf = ({ statement, ledger }: MatchedItems): string => (statement[0] ?? ledger[0])!.currency;

const peopleOf = ({ actor, approver }: ShownDecision): string => (approver === null ? actor : `${actor}, ${approver}`);
const wordsOf = (decision: ShownDecision | undefined): string =>
  decision === undefined ? '' : `${decision.kind} ${decision.id} by ${peopleOf(decision)}: ${decision.reason}`;

/** What each rung has matched, by currency: matches, and what they come to on both sides. */
function totals(matches: readonly MatchedItems[]): string[][] {
  const currencies = [...new Set(matches.map(currencyOf))].toSorted();
  const sum = (of: readonly { readonly amountMinor: string }[]): string =>
    String(of.reduce((all, { amountMinor }) => all + BigInt(amountMinor), 0n));
  return currencies.flatMap((currency) =>
    RUNGS.flatMap((rung) => {
      const of = matches.filter((match) => match.rung === rung && currencyOf(match) === currency);
      if (of.length === 0) return [];
      const difference = String(of.reduce((all, { differenceMinor }) => all + BigInt(differenceMinor), 0n));
      const sums = [sum(of.flatMap(({ statement }) => statement)), sum(of.flatMap(({ ledger }) => ledger)), difference];
      return [[rung, currency, String(of.length), ...sums.map((minor) => amount(minor, currency))]];
    }),
  );
}

const shortOf = ({ date, amountMinor, currency, references }: ShownItem): string =>
  [date, amount(amountMinor, currency), ...references.slice(0, 1)].join(' ');
const amount = (minor: string | null, currency: string | null): string =>
  minor === null || currency === null ? '' : `${decimalOf(BigInt(minor), currency)} ${currency}`;

const AMOUNTS = new Set(['opening', 'closing', 'amount', 'difference', 'matches', 'statement sum', 'ledger sum']);

/** Without the columns in which nothing stands. */
function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const filled = rows[0]!.map((_, i) => rows.some((cells) => cells[i] !== ''));
  const row = (tag: 'td' | 'th', cells: readonly string[]): string =>
    `<tr>${cells
      .map((text, i) => `<${tag}${AMOUNTS.has(columns[i] ?? '') ? ' class="amount"' : ''}>${escaped(text)}</${tag}>`)
      .filter((_, i) => filled[i])
      .join('')}</tr>`;
  const head = columns.length === 0 ? '' : `<thead>${row('th', columns)}</thead>`;
  const rest = rows.length > ROWS ? `<p>… and ${rows.length - ROWS} more, which the CSV has.</p>` : '';
  return `<table><caption>${escaped(caption)}</caption>${head}<tbody>${rows
    .slice(0, ROWS)
    .map((cells) => row('td', cells))
    .join('\n')}</tbody></table>${rest}`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
