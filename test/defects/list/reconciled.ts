import type { Planted } from '../defect.ts';
import { statements } from './tests.ts';

const TAKING = 'src/activities/reconciliation/taking.ts';
const COMPARED = 'src/activities/reconciliation/reconciled.ts';

export const appliedToStatements: readonly Planted[] = [
  {
    what: 'a statement that is known is taken in again',
    edits: [[TAKING, "    if (known?.content === content) return { ...taken, as: 'absorbed' };\n", '']],
    caughtBy: statements('are taken in once: the same again, in another file, is absorbed'),
  },
  {
    what: 'what a statement says no more still counts',
    edits: [
      [
        TAKING,
        '(e.statement_ref = $1 and not exists (select from incoming i where i.entry_ref = e.entry_ref))',
        'false',
      ],
    ],
    caughtBy: statements('restated, count as they are told last; what was told before stays for who asks'),
  },
  {
    what: 'a report takes back what a statement has told',
    edits: [[TAKING, "(e.kind <> 'statement' or $4 = 'statement')", '($4::text is not null)']],
    caughtBy: statements('take over what a report has told before, which then tells it no more'),
  },
  {
    what: 'the books are not the mirror of the bank',
    edits: [[COMPARED, '-e.amount_minor as "amountMinor"', 'e.amount_minor as "amountMinor"']],
    caughtBy: statements('are matched with what the ledger booked on the account of that name, mirrored'),
  },
  {
    what: 'a locked month is compared again',
    edits: [[COMPARED, '    if (isLocked.has(period)) continue;\n', '']],
    caughtBy: statements('are matched with what the ledger booked on the account of that name, mirrored'),
  },
  {
    what: 'a file is not held to its hash',
    edits: [['src/activities/reconciliation/file.ts', 'if (found !== sha256)', 'if (found.length !== 64)']],
    caughtBy: statements('are not read from bytes of another hash'),
  },
];
