import type { Score } from './score.ts';
import type { Stage } from './stage.ts';

/** Cases that break the same thing. */
export interface Family {
  readonly name: string;
  /** What is broken, and what must come of it; a sentence for the table's reader. */
  readonly breaks: string;
  /** A case takes long, whatever the machine: time-outs have to pass. */
  readonly waits?: boolean;
  /** Ids of its cases, the family's name in front: `kill/orders/capturePayment/sent`. */
  readonly cases: readonly string[];
  /** Plays these of its cases and tells the score what came of each. */
  play(stage: Stage, cases: ReadonlySet<string>, score: Score): Promise<void>;
}
