import type { Column } from '../../src/cli/terminal.ts';
import type { Played } from './play.ts';
import { isWell, type Came } from './score.ts';

/** A line of the table. */
export interface Row {
  readonly family: string;
  readonly planned: number;
  /** What was to be broken was broken, with an attempt where the plan wants it. */
  readonly reached: number;
  /** Every run came to the end that it must come to, and no invariant was breached. */
  readonly endedWell: number;
  readonly effects: number;
  readonly seconds: number;
}

export const rowOf = ({ family, cases, effects, seconds }: Played): Row => ({
  family: family.name,
  planned: cases.length,
  reached: cases.filter(({ reached }) => reached).length,
  endedWell: cases.filter(isWell).length,
  effects,
  seconds,
});

export function totalOf(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return {
    family: 'all',
    planned: sum(({ planned }) => planned),
    reached: sum(({ reached }) => reached),
    endedWell: sum(({ endedWell }) => endedWell),
    effects: sum(({ effects }) => effects),
    seconds: sum(({ seconds }) => seconds),
  };
}

/** One thing that is not as it must be, and how to see it again. */
export interface Failure {
  readonly wrong: string;
  readonly again: string;
}

export function failuresIn(played: readonly Played[]): Failure[] {
  const command = (part: string): string => `npm run -s faults -- --only ${part}`;
  return played.flatMap(({ family, cases, wrong, broke }) => [
    ...cases
      .filter((came) => !isWell(came) && !(broke && isUntouched(came)))
      .map(({ id, reached, wrong: sentences }) => ({
        wrong: `${id}: ${[...new Set(sentences)].join('; ') || (reached ? 'it has not ended' : 'it was not reached')}`,
        again: command(id),
      })),
    ...wrong.map((sentence) => ({ wrong: sentence, again: command(`${family.name}/`) })),
  ]);
}

/** The family broke off before it came to this one. */
const isUntouched = ({ reached, wrong }: Came): boolean => !reached && wrong.length === 0;

export const number = (value: number): string => value.toLocaleString('en-GB');
const column = (title: string, of: (row: Row) => number): Column<Row> => [
  title.padStart(8),
  (row) => number(of(row)).padStart(Math.max(title.length, 8)),
];
export const COLUMNS: readonly Column<Row>[] = [
  ['family', ({ family }) => family],
  column('planned', ({ planned }) => planned),
  column('reached', ({ reached }) => reached),
  column('ended well', ({ endedWell }) => endedWell),
  column('effects', ({ effects }) => effects),
  column('seconds', ({ seconds }) => seconds),
];

export const summary = ({ planned, reached, endedWell, effects, seconds }: Row): string =>
  `planned ${number(planned)} ${planned === reached ? '=' : '≠'} reached ${number(reached)}; ` +
  `${number(endedWell)} ended well; ${number(effects)} effects at the far sides; ${number(seconds)} s`;
