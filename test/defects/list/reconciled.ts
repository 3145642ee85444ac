import type { Planted } from '../defect.ts';
import { resultOrder, aboutBreaks, everyActivity, statements } from './tests.ts';

const TAKING = 'src/activities/reconciliation/taking.ts';
const COMPARED = 'src/activities/reconciliation/reconciled.ts';
const ITEMS = 'src/activities/reconciliation/items.ts';
const STANDING = 'src/activities/reconciliation/standing.ts';
const DECIDED = 'src/activities/reconciliation/decided.ts';
const DECISIONS = 'src/activities/reconciliation/decisions.ts';
const LOCKED =
  'locks a month: what it has settled stays, what was open is carried on, and what comes late is the next one’s';
const BOOKED = 'writes off what is missing in the books, by booking it; withdrawn, that is booked back';

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
    edits: [[ITEMS, '-e.amount_minor as "amountMinor"', 'e.amount_minor as "amountMinor"']],
    caughtBy: statements('are matched with what the ledger booked on the account of that name, mirrored'),
  },
  {
    what: 'what a locked month has settled takes part again',
    edits: [[STANDING, 'return this.#settled[side].has(id);', "return this.#settled[side].has('');"]],
    caughtBy: aboutBreaks(LOCKED),
  },
  {
    what: 'what comes late counts for the month that is locked',
    edits: [[STANDING, '    while (this.isLocked(period)) period = monthAfter(period);\n', '']],
    caughtBy: aboutBreaks(LOCKED),
  },
  {
    what: 'what a bank takes from under a locked month is told to nobody',
    edits: [[DECIDED, '...standing.locks.filter', '...standing.locks.slice(0, 0).filter']],
    caughtBy: aboutBreaks(LOCKED),
  },
  {
    what: 'a month that has nothing more keeps its last result',
    edits: [[COMPARED, '(await periodsOf(tx, account))', '(await periodsOf(tx, account)).slice(0, 0)']],
    caughtBy: aboutBreaks(LOCKED),
  },
  {
    what: 'a decision about an entry that is gone says nothing',
    edits: [[COMPARED, 'for (const decision of lapsed)', 'for (const decision of lapsed.slice(0, 0))']],
    caughtBy: aboutBreaks('about an entry that the bank drops lapses, and says so'),
  },
  {
    what: 'amounts that differ are matched by a person',
    edits: [
      [
        DECISIONS,
        "if (kind === 'match' && difference !== 0n)",
        "if (kind === 'match' && difference < 0n && items.length > 2)",
      ],
    ],
    caughtBy: aboutBreaks('takes amounts together only when they agree to the cent'),
    alsoBy: everyActivity('of decisions happens once: recordDecision'),
  },
  {
    what: 'another amount is written off than the person saw',
    edits: [[DECISIONS, 'difference !== toMinor(decision.differenceMinor)', 'difference > 1_000n']],
    caughtBy: aboutBreaks('writes nothing off that nobody may, or that is not what the person saw'),
  },
  {
    what: 'a write-off has no limit',
    edits: [[DECISIONS, "    if (amount > BigInt(terms.limit)) throw refuse('AboveWriteOffLimit');\n", '']],
    caughtBy: aboutBreaks('writes nothing off that nobody may, or that is not what the person saw'),
  },
  {
    what: 'a write-off is booked the wrong way round',
    edits: [
      [
        DECISIONS,
        'difference > 0n ? [ledgerAccount, terms.against]',
        'difference < 0n ? [ledgerAccount, terms.against]',
      ],
    ],
    caughtBy: aboutBreaks(BOOKED),
  },
  {
    what: 'a write-off that was taken back still stands in the books',
    edits: [[ITEMS, "reversed.kind is distinct from 'write-off'", 'true']],
    caughtBy: aboutBreaks(BOOKED),
  },
  {
    what: 'a write-off counts for the month in which it was booked',
    edits: [[COMPARED, '.filter(({ id }) => id !== decision?.booked)', '']],
    caughtBy: aboutBreaks(BOOKED),
  },
  {
    what: 'an entry is decided about twice',
    edits: [[DECISIONS, "  if (contradicts(kind, about, standing)) throw refuse('AlreadyDecided');\n", '']],
    caughtBy: aboutBreaks('parts what was matched'),
    alsoBy: aboutBreaks('explains what has no partner'),
  },
  {
    what: 'a decision about an entry counts for another amount of it',
    edits: [
      [
        DECIDED,
        ' && String(item.amountMinor) === amountMinor && item.currency === currency',
        ' && currency !== amountMinor',
      ],
    ],
    caughtBy: aboutBreaks('lapses when the bank says otherwise of the same entry'),
  },
  {
    what: 'a lock settles what is in no book',
    edits: [[STANDING, '$.matches[*] ? (@.differenceMinor == "0").${side}[*]', '$.matches[*].${side}[*]']],
    caughtBy: aboutBreaks('locks a month with a difference that is in no book: it is carried on'),
  },
  {
    what: 'a month is locked before all is compared',
    edits: [[DECISIONS, "  if (stale) throw refuse('NotCompared');\n", '  void stale;\n']],
    caughtBy: aboutBreaks('locks no month of which something is not compared yet'),
    alsoBy: everyActivity('of decisions happens once: recordDecision'),
  },
  {
    what: 'what a write-off has booked is decided about twice',
    edits: [
      [
        DECISIONS,
        '[...ours, ...(booked ? [booked] : [])].map(seen)',
        '[...ours, ...(booked ? [booked] : [])].slice(0, ours.length).map(seen)',
      ],
    ],
    caughtBy: aboutBreaks('to write off is refused when somebody has decided about what it booked'),
  },
  {
    what: 'an older result is published on top of a newer one',
    edits: [['src/activities/reconciliation/published.ts', 'if (newer.length > 0)', 'if (newer.length > 1)']],
    caughtBy: resultOrder('is not published on top of a newer one, also when it was fenced before'),
  },
  {
    what: 'a file is not held to its hash',
    edits: [['src/activities/reconciliation/file.ts', 'if (found !== sha256)', 'if (found.length !== 64)']],
    caughtBy: statements('are not read from bytes of another hash'),
  },
];
