import type { Transfer } from '../../contracts/ledger.ts';
import { seededRandom, wholeBelow } from '../../domain/random.ts';

/** Who pays, and the accounts between which the rail moves it. */
export const PAYER = 'demo-fern';
export const CLEARING = 'demo-clearing';
export const NOSTRO = 'demo-nostro';
/** Where what the bank takes is written off. */
export const CHARGES = 'demo-charges';
/** Nobody is called so; on the screening list, in another order and without the accent. */
export const LISTED = 'Listéd Muster-Nowhere';
export const ON_THE_LIST = 'Muster-Nowhere, Listed';
/** Above this somebody else than the maker approves. */
export const APPROVAL_MINOR = 1_000_000;
const MAKER = 'demo-maker';

/** What the demo's script says to the run that asks. */
export interface Given {
  readonly question: 'approval' | 'screening';
  readonly choice: 'approve' | 'reject' | 'clear' | 'block';
}

interface Wanted {
  /** The rail tells by it what becomes of a payment: paid, rejected at once, rejected late. */
  readonly account: 'PAID' | 'REJECT' | 'LATE';
  readonly given?: Given;
}

/** One by one: what is asked for twice is seen to be done twice. */
const PAYMENTS: readonly Wanted[] = [
  ...Array<Wanted>(4).fill({ account: 'PAID' }),
  ...Array<Wanted>(2).fill({ account: 'REJECT' }),
  ...Array<Wanted>(2).fill({ account: 'LATE' }),
  { account: 'PAID', given: { question: 'approval', choice: 'approve' } },
  { account: 'PAID', given: { question: 'approval', choice: 'reject' } },
  { account: 'PAID', given: { question: 'screening', choice: 'clear' } },
  { account: 'PAID', given: { question: 'screening', choice: 'block' } },
];

/** Payments to other banks out of one account, which opens with enough for all of them; and what is answered, by transfer. */
export function madePayments(seed: number): {
  openingMinor: number;
  payments: Transfer[];
  answers: Map<string, Given>;
} {
  const random = seededRandom(seed);
  const answers = new Map<string, Given>();
  const payments = PAYMENTS.map(({ account, given }, n): Transfer => {
    const transferId = `pay_${seed >>> 0}_${n + 1}`;
    if (given) answers.set(transferId, given);
    const minor = 1 + wholeBelow(random, APPROVAL_MINOR);
    return {
      transferId,
      debtor: PAYER,
      beneficiary: { name: given?.question === 'screening' ? LISTED : 'Payee Sample-Neverland', account },
      amountMinor: String(given?.question === 'approval' ? APPROVAL_MINOR + minor : minor),
      currency: 'GBP',
      maker: MAKER,
    };
  });
  return { openingMinor: payments.reduce((sum, { amountMinor }) => sum + Number(amountMinor), 0), payments, answers };
}
