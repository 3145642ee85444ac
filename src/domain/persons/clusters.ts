/** Two ids of source records, in either order. */
export type Between = readonly [string, string];

/** A pair that the model links. */
export interface Link {
  readonly between: Between;
  readonly weight: number;
}

/** What somebody says of two records, and may take back. */
interface Assertion {
  readonly id: string;
  readonly between: Between;
  /** When it was said: ISO 8601 in UTC, all of one form, so that texts compare as times do. */
  readonly at: string;
}

/** A source says that two of its records are one (HL7 v2 A40). */
export type Merge = Assertion;

/** A person says that two records are of one person, or of two: `different` is the do-not-match list. */
export interface PersonDecision extends Assertion {
  readonly verdict: 'link' | 'different';
}

/** All that is known, in any order, any of it more than once. */
export interface Evidence {
  readonly records: readonly string[];
  readonly links: readonly Link[];
  readonly merges: readonly Merge[];
  readonly decisions: readonly PersonDecision[];
  /** Ids of merges and decisions that were taken back: they count as never made. */
  readonly withdrawn: readonly string[];
}

/** What would have brought together whom somebody keeps apart, and so was left out: a person decides. */
export interface Contested {
  readonly by: 'decision' | 'merge' | 'link';
  readonly between: Between;
}

export interface Persons {
  /** Ids of source records, by person; in canonical order, as are the persons. */
  readonly persons: readonly (readonly string[])[];
  readonly contested: readonly Contested[];
}

/**
 * Who is one person: a function of the set of what is known, whatever order it came in. Records are one person when
 * links, merges and decisions connect them, also over records that are not there (yet).
 *
 * `different` always holds. Where what connects would join two whom it keeps apart, the stronger goes first: decisions
 * before merges before links, newer before older, more weight before less. What then would join them is left out, and
 * contested. Equally strong ones are taken together or not at all: no id decides between two people.
 *
 * Of two decisions about the same pair the newer counts; of the same moment, `different`.
 */
export function personsOf(evidence: Evidence): Persons {
  const { apart, ties } = standing(evidence);
  const whole = new Groups();
  for (const { between } of ties) whole.join(between);
  const conflicts = new Set(apart.filter((pair) => whole.areOne(pair)).map(([a]) => whole.of(a)));
  // Where nothing is kept apart strength does not matter, and that is nearly everywhere.
  const inConflict = ({ between: [a] }: Tie): boolean => conflicts.has(whole.of(a));
  const groups = new Groups();
  for (const tie of ties) if (!inConflict(tie)) groups.join(tie.between);
  const contested = settle(ties.filter(inConflict), apart, groups);

  const persons = new Map<string, string[]>();
  for (const record of new Set(evidence.records)) {
    const group = groups.of(record);
    const person = persons.get(group);
    if (person) person.push(record);
    else persons.set(group, [record]);
  }
  return {
    persons: [...persons.values()].map((person) => person.toSorted()).toSorted(byText),
    contested: [...new Map(contested.map((each) => [JSON.stringify(each), each])).values()].toSorted(byText),
  };
}

/** What connects two records, and how strongly: by kind, then by time or weight. */
interface Tie extends Contested {
  readonly strength: string | number;
}

const KINDS = ['decision', 'merge', 'link'] as const;

/** What counts when what was taken back, overruled or about kept-apart pairs is left out. */
function standing({ links, merges, decisions, withdrawn }: Evidence): { apart: Between[]; ties: Tie[] } {
  const back = new Set(withdrawn);
  const counts = ({ id, between: [a, b] }: Assertion): boolean => !back.has(id) && a !== b;
  const decided = new Map<string, PersonDecision>();
  for (const decision of decisions.filter(counts)) {
    const pair = keyOf(decision.between);
    const there = decided.get(pair);
    if (there === undefined || decision.at > there.at || (decision.at === there.at && decision.verdict === 'different'))
      decided.set(pair, decision);
  }
  const all = [...decided.values()];
  const tie = (by: Tie['by'], between: Between, strength: Tie['strength']): Tie => ({ by, between: inOrder(between), strength }); // prettier-ignore
  const ties = [
    ...all.filter(({ verdict }) => verdict === 'link').map(({ between, at }) => tie('decision', between, at)),
    ...merges.filter(counts).map(({ between, at }) => tie('merge', between, at)),
    ...links.map(({ between, weight }) => tie('link', between, weight)),
  ];
  return {
    apart: all.filter(({ verdict }) => verdict === 'different').map(({ between }) => between),
    ties: ties.filter(({ between }) => decided.get(keyOf(between))?.verdict !== 'different'),
  };
}

/**
 * Joins `groups` by ties, the strongest first; gives those that were left out. They keep their ends apart from then on:
 * what is in doubt on strong evidence is not decided by weaker.
 */
function settle(ties: readonly Tie[], keptApart: readonly Between[], groups: Groups): Contested[] {
  const left: Contested[] = [];
  for (const equals of byStrength(ties)) {
    const tried = new Groups();
    for (const { between } of equals) tried.join(groups.ofBoth(between));
    const tryOf = (id: string): string => tried.of(groups.of(id));
    const apart = [...keptApart, ...left.map(({ between }) => between)];
    const wrong = new Set(apart.filter(([a, b]) => tryOf(a) === tryOf(b)).map(([a]) => tryOf(a)));
    const isWrong = ({ between: [a] }: Tie): boolean => wrong.has(tryOf(a));
    const [refused, good] = [equals.filter(isWrong), equals.filter((tie) => !isWrong(tie))];
    for (const { by, between } of refused) if (!groups.areOne(between)) left.push({ by, between });
    for (const { between } of good) groups.join(between);
  }
  return left;
}

function byStrength(ties: readonly Tie[]): Tie[][] {
  const sorted = ties.toSorted(
    (a, b) =>
      KINDS.indexOf(a.by) - KINDS.indexOf(b.by) || (a.strength < b.strength ? 1 : a.strength > b.strength ? -1 : 0),
  );
  const equals: Tie[][] = [];
  for (const tie of sorted) {
    const last = equals.at(-1);
    if (last?.[0]?.by === tie.by && last[0].strength === tie.strength) last.push(tie);
    else equals.push([tie]);
  }
  return equals;
}

const inOrder = ([a, b]: Between): Between => (a < b ? [a, b] : [b, a]);
const keyOf = (between: Between): string => JSON.stringify(inOrder(between));
const byText = (a: unknown, b: unknown): number => {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : one > other ? 1 : 0;
};

/** Disjoint sets with path splitting (Tarjan and van Leeuwen, 1984): which ids are joined so far. */
class Groups {
  readonly #up = new Map<string, string>();

  of(id: string): string {
    let at = id;
    for (let up = this.#up.get(at); up !== undefined; up = this.#up.get(at)) {
      const higher = this.#up.get(up);
      if (higher !== undefined) this.#up.set(at, higher);
      at = up;
    }
    return at;
  }

  ofBoth([a, b]: Between): Between {
    return [this.of(a), this.of(b)];
  }

  areOne(between: Between): boolean {
    const [one, other] = this.ofBoth(between);
    return one === other;
  }

  join(between: Between): void {
    const [one, other] = this.ofBoth(between);
    if (one !== other) this.#up.set(one, other);
  }
}
