import type { Planted } from '../defect.ts';
import { ACCOUNTS, DECISIONS, PAYMENTS_SQL, RAIL, TRANSFER_FUNDS, TRANSFERS } from './files.ts';
import { byRail, comesBack, decisions, money, names, reservation, transfers } from './tests.ts';

const RESERVE_FUNDS = 'src/workflows/ledger/reserve-funds.ts';
const LAST_WORD = "await step(payment === 'settled' ? settleTransfer : rejectTransfer, transfer);";

/** 2: applied once, by the ledger's bodies and stories, and never more than may be. */
export const appliedToMoney: readonly Planted[] = [
  {
    what: 'what is held does not look at the limit of its day again',
    edits: [
      [
        TRANSFERS,
        'const { available, approval } = await movable(tx, transfer, day, refuse);',
        "const { available, approval } = await movable(tx, transfer, '-infinity', refuse);",
      ],
    ],
    caughtBy: money(
      'is held within the limit of its day by exactly as many of thirty transfers at once, however much there is',
    ),
  },
  {
    what: 'a transfer may be above its limit',
    edits: [[ACCOUNTS, "if (above(limit.transfer, amount)) throw refuse('AboveTransferLimit');", '']],
    caughtBy: byRail('cached above a limit is refused; what was voided does not count'),
  },
  {
    what: 'what was voided counts towards the limit of its day',
    edits: [[ACCOUNTS, "case state when 'held' then amount_minor else posted_minor end", 'amount_minor']],
    caughtBy: byRail('cached above a limit is refused; what was voided does not count'),
  },
  {
    what: 'a posting does not look whether there is room for it',
    edits: [
      [TRANSFERS, 'if (BigInt(room) < toMinor(amountMinor)) throw', 'if (BigInt(room) < 0n) throw'],
      [PAYMENTS_SQL, 'check (balance_minor <= maximum_minor)', 'check (maximum_minor is not null)'],
    ],
    caughtBy: transfers(
      'cached is not posted where the creditor would have more than their account may: nothing stays held',
    ),
  },
  {
    what: 'what is no longer held is posted',
    edits: [[TRANSFERS, 'return ended.length > 0;', 'return ended.length >= 0;']],
    caughtBy: money('is posted only while it is held'),
  },
  {
    what: 'a hold that is posted in part is posted whole',
    edits: [[TRANSFERS, 'postMinor ?? amountMinor', 'amountMinor ?? postMinor']],
    caughtBy: reservation('cached is posted in part: the rest is free again'),
  },
  {
    what: 'more than what is held may be posted',
    edits: [[RESERVE_FUNDS, 'BigInt(value) <= BigInt(held)', 'BigInt(held) > 0n']],
    caughtBy: reservation('cached is not posted beyond what is held, nor with an amount that is none'),
  },
  {
    what: 'what has settled is not booked: it stays in the clearing account',
    edits: [
      [
        TRANSFER_FUNDS,
        LAST_WORD,
        "if (payment === 'rejected' || settleTransfer.name === '') await step(rejectTransfer, transfer);",
      ],
    ],
    caughtBy: byRail('cached goes through the clearing account, and is paid once'),
  },
  {
    what: 'what the rail has only accepted counts as settled',
    edits: [[RAIL, "ACSP: 'pending'", "ACSP: 'settled'"]],
    caughtBy: byRail('cached that the rail rejects late is booked back, and told'),
  },
];

/** 3: undone once, also what only the rail undoes. */
export const undoneToMoney: readonly Planted[] = [
  {
    what: 'what the rail rejects late is not booked back',
    edits: [
      [
        TRANSFER_FUNDS,
        LAST_WORD,
        "if (payment === 'settled' || rejectTransfer.name === '') await step(settleTransfer, transfer);",
      ],
    ],
    caughtBy: byRail('cached that the rail rejects late is booked back, and told'),
  },
  {
    what: 'what was accepted, and rejected before that was heard, counts as never sent',
    edits: [[RAIL, "if (status === 'RJCT' && !(await accepted(rail, instructionId)))", "if (status === 'RJCT')"]],
    caughtBy: byRail(
      'cached that the rail had accepted, and rejected before its answer came, is one that it rejects late',
    ),
  },
  {
    what: 'a second return of one payment is not refused, but tried for ever',
    edits: [
      [
        RAIL,
        "if (reversed) throw refuse('AlreadyReturned');",
        "if (reversed && currency === '') throw refuse('AlreadyReturned');",
      ],
    ],
    caughtBy: comesBack(
      'that comes before its payment is booked, or its settlement, waits for that; it is of just that amount, and booked once',
    ),
  },
  {
    what: 'a return that overtakes the booking of its payment is refused',
    edits: [
      [
        RAIL,
        "throw held ? retry('NotSettled') : refuse('UnknownTransfer');",
        "throw held ? refuse('UnknownTransfer') : refuse('UnknownTransfer');",
      ],
    ],
    caughtBy: comesBack(
      'that comes before its payment is booked, or its settlement, waits for that; it is of just that amount, and booked once',
    ),
  },
  {
    what: 'a return is booked whatever its amount',
    edits: [
      [
        RAIL,
        'if (debit.currency !== currency || -BigInt(debit.amount_minor) !== amount)',
        'if (debit.currency !== currency)',
      ],
    ],
    caughtBy: comesBack(
      'that comes before its payment is booked, or its settlement, waits for that; it is of just that amount, and booked once',
    ),
  },
  {
    what: 'a reservation that nobody posted in time is posted',
    edits: [
      [RESERVE_FUNDS, "    if (answer === undefined) throw outcome('Expired');\n", ''],
      [RESERVE_FUNDS, "if (answer.choice === 'void')", "if (answer?.choice === 'void')"],
      [RESERVE_FUNDS, '(answer.value as', '(answer?.value as'],
    ],
    caughtBy: reservation('cached left to expire, gives back what it held'),
  },
];

/** 6: nothing is lost of what people decide; and nothing goes on without it. */
export const decidedOnMoney: readonly Planted[] = [
  {
    what: 'who entered a reservation posts it, whatever its amount',
    edits: [
      [
        'src/workflows/ledger/reserve-funds.ts',
        'approval && given',
        'approval && amountMinor === given.choice && given',
      ],
    ],
    caughtBy: reservation('cached above what one person may do alone is not posted by who entered it'),
  },
  {
    what: 'the checker may be the maker',
    edits: [
      ['src/workflows/by-another.ts', 'maker !== undefined && actor === maker', "maker !== undefined && actor === ''"],
    ],
    caughtBy: byRail('cached above an amount is approved by somebody else than its maker'),
  },
  {
    what: 'what a person rejects is moved all the same',
    edits: [[TRANSFER_FUNDS, "if (answer.choice === 'reject') throw outcome('NotApproved');", '']],
    caughtBy: byRail('cached above an amount is approved by somebody else than its maker'),
  },
  {
    what: 'what a person blocks is paid all the same',
    edits: [[TRANSFER_FUNDS, "if (choice === 'block') throw", "if (choice === 'block' && transferId === '') throw"]],
    caughtBy: byRail('cached waits for a person when the name is on the list, and is blocked or goes on'),
  },
  {
    what: 'a name on the list is paid without asking',
    edits: [[TRANSFER_FUNDS, 'if (found.hits.length > 0) {', 'if (found.hits.length > 10) {']],
    caughtBy: byRail('cached waits for a person when the name is on the list, and is blocked or goes on'),
  },
  {
    what: 'names are compared with the first list that was loaded',
    edits: [['src/activities/ledger/screening.ts', 'select max(version)', 'select min(version)']],
    caughtBy: byRail('cached waits for a person when the name is on the list, and is blocked or goes on'),
  },
  {
    what: 'names are compared with their accents',
    edits: [['src/domain/screening/names.ts', "    .replaceAll(/\\p{M}/gu, '')\n", '']],
    caughtBy: names('finds JOSE MULLER in José Müller'),
  },
  {
    what: 'an answer that is being written when patience ends is lost',
    edits: [[DECISIONS, '        await condition(() => answered() || !open.deciding);\n', '']],
    caughtBy: decisions('a question takes an answer that is being written when patience ends'),
  },
  {
    what: 'an answer is taken that its story rejects',
    edits: [
      [
        DECISIONS,
        'const why = open.reject?.(answer);',
        "const why = answer.actor === '' ? open.reject?.(answer) : undefined;",
      ],
    ],
    caughtBy: decisions('a question takes no answer that its story rejects, and the value that it is given with'),
  },
];
