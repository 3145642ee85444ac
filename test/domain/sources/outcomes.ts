import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { readMessages } from '../../../src/domain/hl7/read.ts';
import { messageOf } from '../../../src/domain/hl7/told.ts';
import { zoneNamed } from '../../../src/domain/instants.ts';
import { readFhir } from '../../../src/domain/sources/fhir.ts';
import { SourceRefused } from '../../../src/domain/sources/refused.ts';
import { SAMPLES } from '../statements/sample-table.ts';

/** What a sample file comes to: how many of what it holds are integrated as what, and how many are kept for which reason. */
export interface Outcome {
  /** `hl7v2/ADT-A01-01.hl7` */
  file: string;
  /** By what they are: `ADT^A01 state`, `Observation`. */
  integrated: Record<string, number>;
  /** By the reason, and what they are where that can be told: `no-patient: Organization`, `not-integrated: ADT^A02`. */
  kept: Record<string, number>;
}

/** Every sample file, each by itself. All of their times have an offset but those of four messages, none of which is integrated. */
export async function outcomes(): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (const folder of ['hl7v2/', 'synthea-r4/', 'us-core/'])
    for (const name of readdirSync(new URL(folder, SAMPLES)).toSorted()) {
      const outcome: Outcome = { file: folder + name, integrated: {}, kept: {} };
      for await (const [integrated, what] of folder === 'hl7v2/'
        ? ofMessages(outcome.file)
        : ofResources(outcome.file)) {
        const counts = integrated ? outcome.integrated : outcome.kept;
        counts[what] = (counts[what] ?? 0) + 1;
      }
      found.push(outcome);
    }
  return found;
}

async function* ofMessages(file: string): AsyncGenerator<[integrated: boolean, what: string]> {
  const zone = zoneNamed('UTC');
  if (!zone) throw new RangeError('UTC');
  for await (const { message, refused } of readMessages(createReadStream(new URL(file, SAMPLES))))
    try {
      if (!message) throw refused;
      const told = messageOf(message, { zone });
      if (told.integrated) yield [true, `${told.event} ${told.content.kind}`];
      else yield [false, `${told.refused.code}: ${told.event || told.refused.at}`];
    } catch (error) {
      if (!(error instanceof SourceRefused)) throw error;
      yield [false, error.message];
    }
}

function* ofResources(file: string): Generator<[integrated: boolean, what: string]> {
  for (const entry of readFhir(readFileSync(new URL(file, SAMPLES)))) {
    const { resource } = entry.refused ? (entry.json as { resource?: { resourceType: string } }) : entry;
    yield [!entry.refused, `${entry.refused ? `${entry.refused.code}: ` : ''}${resource?.resourceType ?? ''}`];
  }
}

/** As Markdown, a line a file. */
export async function outcomeTable(): Promise<string> {
  const told = (counts: Record<string, number>) =>
    Object.entries(counts).map(([what, count]) => (count === 1 ? what : `${count} × ${what}`)).join(', '); // prettier-ignore
  const rows = [
    ['file', 'integrated', 'kept'],
    ...(await outcomes()).map(({ file, integrated, kept }) => [`\`${file}\``, told(integrated), told(kept)]),
  ];
  const widths = [0, 1, 2].map((n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [line(rows[0] ?? []), line(rule), ...rows.slice(1).map(line)].join('\n');
}
