import type { Board } from './board.ts';
import { byReference, sharing, spokenFor, within } from './indexes.ts';
import { countOf, isBare, type Lot } from './lots.ts';
import { otherSide, SIDES } from './model.ts';
import { magnitude } from './order.ts';
import { subsetSums, type Counts } from './subset-sum.ts';

/** One item, and in which ways others add up to it: two at most are known. */
interface Finding {
  readonly one: Lot;
  readonly candidates: readonly Lot[];
  readonly ways: readonly Counts[];
  /** Whether a single way is good enough. */
  readonly sure: boolean;
}

/**
 * One item against several of the other side that add up to it exactly, in the only way there is, and with no part that
 * another could need. First those that share a reference with it, of either sign. Then, for what no reference speaks
 * for, those within the window of dates, of its sign, and only where the sum is hardly an accident.
 */
export function groups(board: Board): void {
  settle(board, sharingReference(board), () => true);
  settle(board, closeInDate(board), isBare);
}

function sharingReference(board: Board): Finding[] {
  const { referenceWindow, maxCandidates } = board.rules;
  const open = { statement: byReference(board.open('statement')), ledger: byReference(board.open('ledger')) };
  return SIDES.flatMap((side) =>
    board.open(side).flatMap((one) => {
      const candidates = sharing(one, open[otherSide(side)], referenceWindow, maxCandidates);
      return candidates ? findings(one, [...candidates], () => true) : [];
    }),
  );
}

function closeInDate(board: Board): Finding[] {
  const { window, maxCandidates, oddsAgainstAccident } = board.rules;
  const isSpokenFor = spokenFor(board);
  return SIDES.flatMap((side) => {
    const others = board.open(otherSide(side));
    return board.open(side).flatMap((one) => {
      const near = within(one, others, window, maxCandidates + 1);
      if (countOf(near) > maxCandidates) return [];
      const smaller = near.filter(
        (part) =>
          part.amountMinor > 0n === one.amountMinor > 0n && magnitude(part.amountMinor) < magnitude(one.amountMinor),
      );
      return findings(
        one,
        smaller,
        (parts) =>
          (isBare(one) || parts.every(isBare)) &&
          ![one, ...parts].some(isSpokenFor) &&
          oddsAgainst(one, smaller) >= oddsAgainstAccident,
      );
    });
  });
}

function findings(one: Lot, candidates: readonly Lot[], isSure: (parts: readonly Lot[]) => boolean): Finding[] {
  const parts = candidates.filter(({ amountMinor }) => amountMinor !== 0n);
  if (one.amountMinor === 0n || countOf(parts) < 2) return [];
  const sizes = parts.map(({ amountMinor, ids }) => ({ amountMinor, count: ids.length }));
  const ways = subsetSums(one.amountMinor, sizes).solutions;
  const [way, another] = ways;
  if (!way) return [];
  const sure = !another && isSure(parts.filter((_, i) => way[i] !== 0));
  return [{ one, candidates: parts, ways, sure }];
}

/**
 * How many sums there could be for each that the candidates make. Round amounts meet by accident far more often than
 * others, so amounts are counted in what divides all of them.
 */
function oddsAgainst(one: Lot, candidates: readonly Lot[]): number {
  const unit = candidates.reduce((gcd, { amountMinor }) => divisor(gcd, amountMinor), one.amountMinor);
  return Number(magnitude(one.amountMinor) / magnitude(unit)) / 2 ** countOf(candidates);
}

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));

/** Matches the findings that are sure and that nothing else lays claim to. Of the others, those that may be held wait for a person. */
function settle(board: Board, found: readonly Finding[], mayBeHeld: (lot: Lot) => boolean): void {
  const claims = new Map<Lot, number>();
  const claim = (lot: Lot, count: number): unknown => claims.set(lot, (claims.get(lot) ?? 0) + count);
  for (const { one, candidates, ways, sure } of found) {
    claim(one, one.ids.length);
    for (const [i, part] of candidates.entries()) claim(part, sure ? one.ids.length * ways[0]![i]! : Infinity);
  }
  const uncontested = (lot: Lot): boolean => (claims.get(lot) ?? 0) <= lot.ids.length;
  const doubtful = new Map<Lot, Set<Lot>>();
  const doubt = (lot: Lot, partner: Lot): unknown => doubtful.set(lot, (doubtful.get(lot) ?? new Set()).add(partner));
  const taken: [one: Lot, parts: [lot: Lot, count: number][]][] = [];
  for (const { one, candidates, ways, sure } of found) {
    const used = candidates.filter((_, i) => ways.some((way) => way[i] !== 0));
    if (sure && uncontested(one) && used.every(uncontested))
      taken.push([one, used.map((lot) => [lot, ways[0]![candidates.indexOf(lot)]!])]);
    else
      for (const part of used) {
        doubt(one, part);
        doubt(part, one);
      }
  }
  for (const [one, parts] of taken) while (one.ids.length > 0) board.group(one, parts);
  for (const [lot, partners] of doubtful) if (mayBeHeld(lot)) board.hold(lot, 'ambiguous', board.named(partners));
}
