import type { Family } from './family.ts';
import type { Invariant } from './invariants.ts';
import { judge } from './judge.ts';
import { isWell, Score, type Came } from './score.ts';
import type { Stage } from './stage.ts';

/** What came of a family. */
export interface Played {
  readonly family: Family;
  readonly cases: readonly Came[];
  /** Effects that its runs made, counted at the far sides. */
  readonly effects: number;
  /** As they stood when it was over, those of the families before it included. */
  readonly invariants: readonly Invariant[];
  /** What is wrong and of no one case. */
  readonly wrong: readonly string[];
  /** Not all of its cases were played. */
  readonly broke: boolean;
  readonly seconds: number;
}

/** Who watches: a terminal, or nobody. */
export interface Audience {
  begins(family: Family, cases: number): { at(done: number): void; stop(): void };
}

/** Plays these cases, family by family, and has each judged by the far sides. */
export async function playAll(
  stage: Stage,
  families: readonly Family[],
  chosen: (id: string) => boolean,
  audience: Audience,
): Promise<Played[]> {
  const played: Played[] = [];
  let effects = 0;
  for (const family of families) {
    const ids = family.cases.filter(chosen);
    if (ids.length === 0) continue;
    const began = Date.now();
    const bar = audience.begins(family, ids.length);
    const score = new Score(ids, () =>
      bar.at(score.cases.filter((came) => came.ended || came.wrong.length > 0).length),
    );
    const wrong: string[] = [];
    let broke = false;
    try {
      await family.play(stage, new Set(ids), score);
    } catch (error) {
      broke = true;
      wrong.push(`${family.name} broke off: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await stage.rest();
      await stage.settled();
      bar.stop();
    }
    const judged = await judge(stage, score);
    played.push({
      family,
      cases: score.cases,
      effects: judged.effects - effects,
      invariants: judged.invariants,
      wrong: [...wrong, ...judged.wrong],
      broke,
      seconds: Math.round((Date.now() - began) / 1_000),
    });
    effects = judged.effects;
  }
  return played;
}

export const isGood = ({ cases, wrong }: Played): boolean => cases.every(isWell) && wrong.length === 0;
