import { createReadStream, readdirSync } from 'node:fs';
import { found } from './support.ts';

/** The sample files of others, which are not part of the product. */
export const SAMPLES = new URL('../../../../shared/data/', import.meta.url);

/** A line a sample file: what it comes to. */
export async function sampleTable(): Promise<string> {
  const rows = [['file', 'statements', 'entries', 'details', 'booked', 'adding up', 'refused']];
  for (const folder of ['camt/', 'bai2/'])
    for (const file of readdirSync(new URL(folder, SAMPLES)).toSorted()) {
      const { events, refused } = await found(createReadStream(new URL(folder + file, SAMPLES)));
      const entries = events.flatMap((event) => (event.event === 'entry' ? [event.entry] : []));
      const closed = events.flatMap((event) => (event.event === 'closed' ? [event.closed] : []));
      const booked = closed.flatMap(({ booked }) =>
        Object.entries(booked).map(([currency, sum]) => `${sum} ${currency}`),
      );
      rows.push([
        `\`${file}\``,
        ...(refused
          ? ['', '', '', '', '', `\`${refused.code}\` at ${refused.at}`]
          : [
              `${closed.length}`,
              `${entries.length}`,
              `${entries.flatMap(({ details }) => details).length}`,
              booked.join(', '),
              [...new Set(closed.map(({ addingUp }) => addingUp))].join(', '),
              '',
            ]),
      ]);
    }
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(rows[0] ?? []), line(rule), ...rows.slice(1).map(line)].join('\n');
}
