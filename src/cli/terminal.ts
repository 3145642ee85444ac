import { Presets, SingleBar } from 'cli-progress';

export interface Streams {
  readonly stdout: { write(text: string): unknown; readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** A bar that may be silent. */
export interface Bar {
  /** False: it is silent, and nothing that is printed meanwhile disturbs it. */
  readonly drawn: boolean;
  /** `beside` is said after the numbers. */
  at(done: number, beside?: string): void;
  stop(): void;
}

/**
 * What a command says. Results go to standard output: as text, or with `--json` as one object a line. Everything
 * else goes to standard error, bars only where a person watches.
 */
export class Terminal {
  readonly #streams: Streams;
  /** Set from the global option before a command runs. */
  json = false;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** One result: an object for scripts, a text for people. */
  result(object: object, text: string): void {
    this.#streams.stdout.write(`${this.json ? JSON.stringify(object) : text}\n`);
  }

  /** Many results: an object a line for scripts, one table for people, or `none` when there are none. */
  results<T extends object>(objects: readonly T[], columns: readonly Column<T>[], none: string): void {
    if (this.json) for (const object of objects) this.result(object, '');
    else this.#streams.stdout.write(`${objects.length === 0 ? none : this.table(objects, columns)}\n`);
  }

  /** For people only: beside the result, never part of it. */
  note(text: string): void {
    if (!this.json) this.#streams.stderr.write(`${text}\n`);
  }

  error(message: string, exit: number): void {
    this.#streams.stderr.write(`${this.json ? JSON.stringify({ error: message, exit }) : `evenkeel: ${message}`}\n`);
  }

  bold(text: string): string {
    return this.#streams.stdout.isTTY ? `\u001B[1m${text}\u001B[22m` : text;
  }

  table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
    const cells = rows.map((row) => columns.map(([, cell]) => cell(row)));
    const width = columns.map(([title], i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
    const line = (row: readonly string[]): string =>
      row
        .map((cell, i) => cell.padEnd(width[i]!))
        .join('  ')
        .trimEnd();
    return [this.bold(line(columns.map(([title]) => title))), ...cells.map(line)].join('\n');
  }

  bar(total: number, unit: string): Bar {
    if (this.json || !this.#streams.stderr.isTTY || total === 0)
      return { drawn: false, at: () => undefined, stop: () => undefined };
    const bar = new SingleBar(
      {
        stream: this.#streams.stderr,
        format: `{bar} {value} of {total} ${unit}, {eta_formatted} left{beside}`,
        clearOnComplete: true,
        hideCursor: true,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0, { beside: '' });
    return {
      drawn: true,
      at: (done, beside = '') => bar.update(Math.min(done, total), { beside }),
      stop: () => bar.stop(),
    };
  }
}

export type Column<T> = readonly [title: string, cell: (row: T) => string];
