import type { Proof } from './demo.ts';
import { fired } from './faults.ts';
import type { Row } from './proof.ts';

const number = (value: number): string => value.toLocaleString('en-GB');

/** A column is as wide as its widest cell; numbers stand to the right. */
export function columnsOf(rows: readonly Row[]): (readonly [title: string, cell: (row: Row) => string])[] {
  const width = Math.max(...rows.flatMap(({ expected, found }) => [number(expected).length, number(found).length]), 8);
  return [
    [' ', ({ ok }) => (ok ? '✓' : '✗')],
    ['what', ({ what }) => what],
    ['counted at', ({ where }) => where],
    ['expected'.padStart(width), ({ expected }) => number(expected).padStart(width)],
    ['found'.padStart(width), ({ found }) => number(found).padStart(width)],
  ];
}

/** What no input says, and is worth knowing: how much went wrong, and what that left behind. */
export function asideOf({ far }: Proof): Record<string, number> {
  const { faults, answers, carrier } = far;
  return {
    answersLost: fired(faults, 'lose-answer'),
    errorsAnswered: fired(faults, 'fail-before', 'fail-midway', 'fail-after'),
    absorbedByRun: answers.attached,
    absorbedByFate: answers.ended,
    draftsLeftAtCarrier: carrier.drafts.length,
  };
}

export function asideText(proof: Proof): string {
  const aside = asideOf(proof);
  return (
    `On the way: ${number(aside['answersLost']!)} answers lost and ${number(aside['errorsAnswered']!)} errors for an answer; ` +
    `${number(aside['absorbedByRun']!)} deliveries met a run and ${number(aside['absorbedByFate']!)} its fate; ` +
    `${number(aside['draftsLeftAtCarrier']!)} drafts, booked by nobody, are left at the carrier.`
  );
}

export const differencesIn = (rows: readonly Row[]): number => rows.filter(({ ok }) => !ok).length;
