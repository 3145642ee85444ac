import type { MadeSides, Truth } from './made.ts';
import type { Item, Reconciliation } from './model.ts';

/**
 * What was matched against what is true: the matches that are wrong (with their rung), and of each made case the share that
 * was found by its rung. Items that are alike but for their ids may stand for each other.
 */
export function score(
  { statement, ledger, truth }: MadeSides,
  { matches }: Reconciliation,
): { wrong: string[]; recall: Map<Truth['made'], number> } {
  const alike = (items: readonly Item[]): Map<string, string> =>
    new Map(items.map(({ id, amountMinor, date, references }) => [id, `${date} ${amountMinor} ${references.join()}`]));
  const [theirs, ours] = [alike(statement), alike(ledger)];
  const side = (ids: readonly string[], items: Map<string, string>): string =>
    ids.map((id) => items.get(id) ?? id).toSorted().join(' + '); // prettier-ignore
  const told = (of: Pick<Truth, 'statement' | 'ledger'>): string =>
    `${side(of.statement, theirs)} = ${side(of.ledger, ours)}`;
  const open = new Map<string, Truth[]>();
  const planted = truth.filter((of) => of.statement.length > 0 && of.ledger.length > 0);
  for (const of of planted) open.set(told(of), [...(open.get(told(of)) ?? []), of]);
  const wrong: string[] = [];
  const found: Truth[] = [];
  for (const match of matches) {
    const of = open.get(told(match))?.pop();
    if (!of) wrong.push(`${match.rung}: ${told(match)}`);
    else if (of.rung === match.rung) found.push(of);
  }
  const count = (of: readonly Truth[], made: Truth['made']): number => of.filter((each) => each.made === made).length;
  const recall = new Map(
    [...new Set(planted.map(({ made }) => made))].map((made) => [made, count(found, made) / count(planted, made)]),
  );
  return { wrong, recall };
}
