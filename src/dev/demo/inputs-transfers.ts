import type { Transfer } from '../../contracts/ledger.ts';
import { seededRandom, wholeBelow } from '../../domain/random.ts';

/** Between two accounts of ours. */
export type BookTransfer = Transfer & { readonly creditor: string };

/** Where the opening balances come from; it may go below zero. */
export const BANK = 'demo-bank';
const ACCOUNTS = ['demo-amber', 'demo-birch', 'demo-coral', 'demo-dune', 'demo-ember'] as const;
const NOBODY = 'demo-nobody';

/** Every tenth transfer wants more than all accounts have together, and one goes to an account that there is not. */
const OVERDRAWN_EVERY = 10;
const TOO_MUCH_MINOR = 1_000_000_000_000;
const LARGEST_MINOR = 250_000;
const SPARE_MINOR = 100_000;

/**
 * Transfers among five accounts, each of which opens with enough for all that leaves it, so that the order in which they
 * run changes nothing; but for those that no order of running could make good.
 */
export function madeTransfers(
  seed: number,
  count: number,
): { accounts: Map<string, number>; transfers: BookTransfer[] } {
  const random = seededRandom(seed);
  const accounts = new Map<string, number>(ACCOUNTS.map((id) => [id, wholeBelow(random, SPARE_MINOR)]));
  const drawn = Array.from({ length: count }, (_, n) => {
    const from = wholeBelow(random, ACCOUNTS.length);
    const to = (from + 1 + wholeBelow(random, ACCOUNTS.length - 1)) % ACCOUNTS.length;
    return { n, debtor: ACCOUNTS[from]!, creditor: ACCOUNTS[to]!, minor: 1 + wholeBelow(random, LARGEST_MINOR) };
  });
  const isGood = (n: number): boolean => n !== 1 && n % OVERDRAWN_EVERY !== 0;
  for (const { n, debtor, minor } of drawn) if (isGood(n)) accounts.set(debtor, accounts.get(debtor)! + minor);
  const transfers = drawn.map(({ n, debtor, creditor, minor }) => ({
    transferId: `trf_${seed >>> 0}_${n + 1}`,
    debtor,
    creditor: n === 1 ? NOBODY : creditor,
    amountMinor: String(n % OVERDRAWN_EVERY === 0 ? TOO_MUCH_MINOR : minor),
    currency: 'GBP',
  }));
  return { accounts, transfers };
}

export const allMoney = (accounts: ReadonlyMap<string, number>): number =>
  [...accounts.values()].reduce((sum, minor) => sum + minor, 0);
