/**
 * A moment as text that sorts as time does: UTC, microseconds, always 27 characters (`2024-02-29T23:30:00.000000Z`). What a source gives more digits
 * of is cut.
 */
export type Instant = string;

/** The moment of a wall clock's time at an offset from UTC; nothing for a date or time that there is not, or one that is not in the years 1 to 9999. */
export function instantOf(wall: Wall, offsetMinutes: number): Instant | undefined {
  const local = wallMs(wall);
  if (local === undefined) return undefined;
  const text = new Date(local - offsetMinutes * 60_000).toISOString();
  if (!/^\d{4}-/.test(text) || text.startsWith('0000')) return undefined;
  return `${text.slice(0, 20)}${wall.fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/** What a clock on a wall shows. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Digits behind the point. */
  readonly fraction: string;
}

/** As if the wall hung in Greenwich, without the fraction; nothing for what no clock shows. */
function wallMs({ year, month, day, hour, minute, second }: Wall): number | undefined {
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // and not Date.UTC, for which 24 is 1924
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1) return undefined;
  return date.setUTCHours(hour, minute, second);
}

/** Where clocks are set alike: what a source declares of times that say no offset. */
export interface Zone {
  readonly name: string;
  /**
   * The offset in minutes at a wall clock's time. A time that there is twice is the first of the two; one that is skipped is told by the offset of
   * before, as `java.time` and Temporal do.
   */
  offsetMinutes(wall: Wall): number;
}

/** A zone by its IANA name (`Europe/Berlin`); nothing for a name that the platform does not know. */
export function zoneNamed(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    return undefined;
  }
  const offsetAt = (ms: number): number => {
    const told = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)/.exec(told) ?? [];
    return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
  const DAY = 86_400_000;
  return {
    name,
    offsetMinutes: (wall) => {
      const local = wallMs(wall) ?? 0;
      const before = offsetAt(local - DAY);
      const after = offsetAt(local + DAY);
      const tells = (offset: number) => offsetAt(local - offset * 60_000) === offset;
      return tells(before) || !tells(after) ? before : after;
    },
  };
}
