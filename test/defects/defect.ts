import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file, a text that stands in it once, and what is put in its place. */
export type Edit = readonly [file: string, find: string, put: string];

/** A file, and the full title of one test in it. It must be green again and again on one stack: no ids of its own choosing. */
export type NamedTest = readonly [file: string, title: string];

/** One way of writing the program wrong, and the test that is there to notice. */
export interface Planted {
  /** What is wrong, as a sentence: `an undo does not burn the key`. */
  readonly what: string;
  readonly edits: readonly Edit[];
  readonly caughtBy: NamedTest;
  /** Another test that must notice by itself. */
  readonly alsoBy?: NamedTest;
  /** The program then hangs, so that the test's own time-out is what is red about it. Else a time-out says nothing. */
  readonly hangs?: true;
}

export interface Defect extends Planted {
  /** The number of the promise that is broken by it, as in docs/promises.md. */
  readonly promise: number;
}

export const testsOf = ({ caughtBy, alsoBy }: Planted): readonly NamedTest[] =>
  alsoBy === undefined ? [caughtBy] : [caughtBy, alsoBy];

/** Plants the edits in the checkout at `folder`, and gives the way to take them out again. */
export async function plant(folder: string, edits: readonly Edit[]): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  const takeOut = async (): Promise<void> => {
    for (const [path, text] of before) await writeFile(path, text);
  };
  try {
    for (const [file, find, put] of edits) {
      const path = join(folder, file);
      const text = await readFile(path, 'utf8');
      const [head, tail, ...more] = text.split(find);
      if (tail === undefined || more.length > 0)
        throw new Error(`${file} has this ${more.length > 0 ? 'more than once' : 'nowhere'}: ${find}`);
      if (!before.has(path)) before.set(path, text);
      await writeFile(path, head + put + tail);
    }
  } catch (error) {
    await takeOut();
    throw error;
  }
  return takeOut;
}
