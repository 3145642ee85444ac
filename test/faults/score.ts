import type { Run } from './courses/course.ts';

/** What came of one case. */
export interface Came {
  readonly id: string;
  /** What was to be broken was broken there. */
  reached: boolean;
  /** The run has come to the end that it must come to. */
  ended: boolean;
  /** In sentences. */
  readonly wrong: string[];
}

/** What came of each case that was planned. */
export class Score {
  readonly #cases: Map<string, Came>;
  /** Whatever a sentence may call a run by. */
  readonly #names = new Map<string, string>();
  readonly #onChange: () => void;

  constructor(planned: readonly string[], onChange: () => void) {
    this.#cases = new Map(planned.map((id) => [id, { id, reached: false, ended: false, wrong: [] }]));
    this.#onChange = onChange;
  }

  get cases(): readonly Came[] {
    return [...this.#cases.values()];
  }

  began(id: string, { workflowId, ids }: Run): void {
    for (const name of [workflowId, ...Object.values(ids)]) if (typeof name === 'string') this.#names.set(name, id);
  }

  reached(id: string): void {
    this.#of(id).reached = true;
  }

  /** It was over before anything was broken. */
  missed(id: string): void {
    this.#of(id).reached = false;
  }

  ended(id: string): void {
    this.#of(id).ended = true;
    this.#onChange();
  }

  wrong(id: string, sentence: string): void {
    this.#of(id).wrong.push(sentence);
    this.#onChange();
  }

  /** Nothing was broken in it yet, and nothing went wrong. */
  isOpen(id: string): boolean {
    const { reached, wrong } = this.#of(id);
    return !reached && wrong.length === 0;
  }

  /** The case whose run this sentence names. */
  caseIn(sentence: string): string | undefined {
    for (const word of sentence.split(/[\s:,/]+|(?<=[0-9a-f]{32})\./)) {
      const id = this.#names.get(word);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  #of(id: string): Came {
    const found = this.#cases.get(id);
    if (!found) throw new Error(`${id} was not planned`);
    return found;
  }
}

export const isWell = ({ reached, ended, wrong }: Came): boolean => reached && ended && wrong.length === 0;
