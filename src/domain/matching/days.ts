const DAY_MS = 86_400_000;

/** The number of a day, from 1970-01-01; nothing when the text is no day of the calendar. */
export function dayOf(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // 2025-02-30 is read as the 2nd of March.
  return Number.isNaN(ms) || dateOf(ms / DAY_MS) !== date ? undefined : ms / DAY_MS;
}

export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Days from an item's date to the day on which it is looked at; negative for a date in the future. */
export function ageDays(date: string, asOf: string): number {
  const [from, to] = [dayOf(date), dayOf(asOf)];
  if (from === undefined || to === undefined) throw new RangeError('not a date');
  return to - from;
}
