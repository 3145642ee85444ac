import fc from 'fast-check';
import { Terminal } from '../../src/cli/terminal.ts';

/** A story that fails is made smaller for no longer than this. */
const SHRINK_MS = 120_000;
/** How many stories a suite tells when nothing is said, and where they start: every `npm test` tells the same. */
const SEED = 20_261_123;
const { EVENKEEL_MODEL_RUNS, EVENKEEL_MODEL_SEED, EVENKEEL_MODEL_PATH } = process.env;
const whole = (name: string, text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  if (!/^-?\d{1,10}$/.test(text)) throw new RangeError(`${name}: a whole number`);
  return Number(text);
};
export const seed = whole('EVENKEEL_MODEL_SEED', EVENKEEL_MODEL_SEED, SEED);
/** As many as the environment says, else `slice`. */
export const runs = (slice: number): number => whole('EVENKEEL_MODEL_RUNS', EVENKEEL_MODEL_RUNS, slice);

/** What was found is not what the model allows. Its message is the story as it went. */
export class Differs extends Error {}

export interface Model<T> {
  /** How it is found among the tests: mocha's `--grep`. */
  readonly title: string;
  readonly file: string;
  /** A story is a list: shorter is simpler. */
  readonly stories: fc.Arbitrary<T[]>;
  /** Throws `Differs`. */
  readonly tell: (story: readonly T[]) => Promise<void>;
  /** What may stand for one item of a story and is simpler. */
  readonly simpler: (item: T) => readonly T[];
  readonly runs: number;
  /** How many stories are told at a time. */
  readonly lanes: number;
}

/** Tells stories until one fails, makes that one small, and throws it with what repeats it. */
export async function holds<T>(model: Model<T>): Promise<void> {
  const lanes = EVENKEEL_MODEL_PATH === undefined ? Math.min(model.lanes, model.runs) : 1;
  const bar = new Terminal(process).bar(model.runs, 'stories');
  let told = 0;
  let failed = false;
  const lane = async (n: number): Promise<void> => {
    const property = fc.asyncProperty(model.stories, async (story) => {
      // Another lane has failed: there is something to read already.
      if (failed && !mine) return;
      bar.at(++told);
      await model.tell(story).catch((error: unknown) => {
        failed = mine = true;
        throw error;
      });
    });
    let mine = false;
    const share = Math.floor(model.runs / lanes) + (n < model.runs % lanes ? 1 : 0);
    const path = EVENKEEL_MODEL_PATH;
    const which = path === undefined ? { numRuns: share } : { numRuns: 1, path };
    const found = await fc.check(property, { ...which, seed: seed + n, endOnFailure: true });
    if (!found.failed) return;
    const { story, error } = await smallest(model, found.counterexample![0], found.errorInstance);
    throw new Differs(
      [
        `${model.title}: after ${told} stories, one of ${story.length}:`,
        error instanceof Differs ? error.message : ((error as Error).stack ?? String(error)),
        `again: EVENKEEL_MODEL_SEED=${found.seed} EVENKEEL_MODEL_PATH=${found.counterexamplePath} npx mocha ${model.file} --grep '${model.title}'`,
      ].join('\n'),
    );
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, (_, n) => lane(n)));
  bar.stop();
  const failures = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  if (failures.length > 0) throw failures[0];
}

/**
 * Leaves out and simplifies until nothing more can be. Instead of fast-check's own shrinking, which does not turn back
 * to what it has passed, and takes hundreds of stories where this takes dozens.
 */
async function smallest<T>(
  { tell, simpler }: Model<T>,
  found: readonly T[],
  first: unknown,
): Promise<{ story: readonly T[]; error: unknown }> {
  let story = found;
  let error = first;
  const giveUpAt = performance.now() + SHRINK_MS;
  const fails = async (other: readonly T[]): Promise<boolean> =>
    performance.now() < giveUpAt &&
    tell(other).then(
      () => false,
      (failure: unknown) => {
        story = other;
        error = failure;
        return true;
      },
    );
  for (let smaller = true; smaller;) {
    smaller = false;
    for (let n = story.length - 1; n >= 0; n--)
      if (story.length > 1 && (await fails(story.toSpliced(n, 1)))) smaller = true;
    for (let n = 0; n < story.length; n++)
      for (const other of simpler(story[n]!))
        if (await fails(story.with(n, other))) {
          smaller = true;
          break;
        }
  }
  return { story, error };
}
