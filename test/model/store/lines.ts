import type { Seen } from './systems.ts';
import type { Thread } from './threads.ts';
import type { World } from './world.ts';

/** A world, and what is seen of a store, in lines that can be compared. */
export const worldLines = (w: World, threads: Map<number, Thread>): string[] => [
  ...rowLines(w.rows),
  ...auditLines(w.audit),
  ...w.far.done.toSorted().map((each) => `far side: ${each}`),
  ...[...threads.keys()].map((id) => {
    const { answer, sleeps, at } = w.attempts[id]!;
    return `#${id}: ${at === 'gone' ? answer : sleeps ? `sleeps at ${at}` : 'waits for the key'}`;
  }),
];
export const seenLines = ({ rows, audit, done }: Seen, threads: Map<number, Thread>): string[] => [
  ...rowLines(rows),
  ...auditLines(audit),
  ...done.toSorted().map((each) => `far side: ${each}`),
  ...[...threads].map(
    ([id, { answer, sleepsAt }]) =>
      `#${id}: ${answer === undefined ? (sleepsAt ? `sleeps at ${sleepsAt}` : 'waits for the key') : answer}`,
  ),
];
/** In their order, a booking at a time. */
const auditLines = (audit: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  return audit.map((each) => {
    const booking = / (\w+)/.exec(each)![1]!;
    counts.set(booking, (counts.get(booking) ?? 0) + 1);
    return `audit of ${booking}, ${counts.get(booking)}: ${each}`;
  });
};
const rowLines = (rows: Seen['rows']): string[] =>
  Object.entries(rows).map(([key, { state, seats, outcome, sends, request, hour }]) =>
    [
      `${key}: ${state}`,
      ...(outcome === null ? [] : [outcome]),
      `of ${seats ?? 'any'} seats`,
      ...(request === null ? [] : [`request ${request}, sends ${sends}`]),
      ...(hour === 0 ? [] : [`hour ${hour}`]),
    ].join(', '),
  );

export function differences(expected: readonly string[], found: readonly string[]): string[] {
  return [
    ...without(expected, found).map((line) => `    expected  ${line}`),
    ...without(found, expected).map((line) => `    found     ${line}`),
  ];
}
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
