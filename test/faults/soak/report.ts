import { readFileSync, writeFileSync } from 'node:fs';
import { breachesOf, type Invariant } from '../invariants.ts';
import { number } from '../report.ts';
import type { Ran } from './judge.ts';
import type { Kind } from './kinds.ts';

export interface Asked {
  readonly orders: number;
  readonly faults: number;
  readonly seed: number;
}

/** How a run was, without where. */
export interface Measured {
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** Workers that left unasked, because what they live on was gone, and were started again. */
  readonly workersGone: number;
}

export interface FaultRow {
  readonly kind: Kind;
  readonly planned: number;
  readonly done: number;
  readonly came: string;
}

export const faultRows = ({ plan, tally }: Ran): FaultRow[] =>
  [...plan.counts].map(([kind, planned]) => ({ kind, planned, done: tally.done(kind), came: tally.came(kind) }));

export const FAULT_COLUMNS: readonly (readonly [title: string, cell: (row: FaultRow) => string])[] = [
  ['fault', ({ kind }) => kind],
  ['planned', ({ planned }) => number(planned).padStart(7)],
  ['   done', ({ done }) => number(done).padStart(7)],
  ['what came of it', ({ came }) => came],
];

export const INVARIANT_COLUMNS: readonly (readonly [title: string, cell: (row: Invariant) => string])[] = [
  [' ', ({ breaches }) => (breaches.length === 0 ? '✓' : '✗')],
  ['invariant', ({ name }) => name],
  ['looked at', ({ counted }) => number(counted).padStart(9)],
  ['breaches', ({ breaches }) => number(breaches.length).padStart(8)],
];

/** The command that plans the same faults again. */
export const repeatOf = ({ orders, faults, seed }: Asked): string =>
  `npm run soak -- --orders ${orders} --faults ${faults} --seed ${seed}`;

const NAMED = 20;

/** The last word: what was run, how fast, whether it holds, and if not, what does not and how to see it again. */
export function verdictOf(asked: Asked, found: readonly Invariant[], measured: Measured): string {
  const breaches = breachesOf(found);
  const { seconds, ordersPerSecond, workersGone } = measured;
  const ran =
    `${number(asked.orders)} orders, ${number(asked.faults)} faults, seed ${asked.seed}: ` +
    `${number(seconds)} s, ${ordersPerSecond} orders/s` +
    (workersGone > 0 ? `, ${workersGone} workers left by themselves and were replaced` : '');
  if (breaches.length === 0) return `${ran}. ${found.length} invariants, 0 breaches.`;
  const more = breaches.length > NAMED ? [`… and ${number(breaches.length - NAMED)} more`] : [];
  return [
    `${ran}. ${number(breaches.length)} breaches:`,
    ...breaches.slice(0, NAMED),
    ...more,
    `To see it again: ${repeatOf(asked)} --keep`,
  ].join('\n');
}

const BEGIN = '<!-- soak: written by `npm run soak -- --write` -->';
const END = '<!-- soak: end -->';

/** Puts the text between the marks of a page. */
export function writeInto(file: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for it, which is between ${BEGIN} and ${END}`);
  writeFileSync(file, `${page.slice(0, from)}${BEGIN}\n\n\`\`\`\n${text}\n\`\`\`\n\n${page.slice(to)}`);
}
