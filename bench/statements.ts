import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SaxesParser } from 'saxes';
import { parseCsvMapping } from '../src/domain/statements/csv-mapping.ts';
import { LIMITS } from '../src/domain/statements/limits.ts';
import { madeBai2, madeCamt, madeEvents } from '../src/domain/statements/made.ts';
import { decimalOf } from '../src/domain/statements/minor.ts';
import { readStatements } from '../src/domain/statements/read.ts';
import { textOf } from '../src/domain/statements/text.ts';
import { commandLine, inProcess, median, medianRatio } from './command.ts';

const USAGE = `What it takes to read made statements of 100,000 entries from disk: camt.053 beside the XML parser's own pass over the
same bytes, decoded alike, with handlers that do nothing; and BAI2 and CSV. A process for each run, alternating.

  npm run -s bench:statements -- --rounds 7
  npm run -s bench:statements -- --entries 1000000 --json
`;
const READERS = ['saxes', 'camt', 'bai2', 'csv'] as const;
type Reader = (typeof READERS)[number];

interface Run {
  readonly entries: number;
  /** Of the processor, all threads: the machine has others to serve. */
  readonly cpuMs: number;
  /** Of the whole process. */
  readonly peakMb: number;
}

const MAPPING = parseCsvMapping({
  account: { constant: 'XX00MADE0000000001' },
  currency: { constant: 'EUR' },
  dateFormat: 'YYYY-MM-DD',
  amount: { signed: 'Amount' },
  bookingDate: 'Booked',
  valueDate: 'Value',
  reference: 'Reference',
  remittance: 'Text',
});

/** What BAI2's entries say, as a bank's CSV would. */
function* madeCsv(entries: number): Generator<string> {
  yield 'Booked,Value,Amount,Reference,Text\n';
  for (const event of madeEvents('bai2', { seed: 1, entries })) {
    if (event.event !== 'entry') continue;
    const { bookingDate, valueDate, amountMinor, currency, servicerReference, remittance } = event.entry;
    const text = (remittance ?? '').replaceAll('"', '""');
    yield `${bookingDate},${valueDate ?? ''},${decimalOf(BigInt(amountMinor), currency)},${servicerReference ?? ''},"${text}"\n`;
  }
}

/** The parser as `XmlReader` has it, each of whose events is heard, and nothing done. */
async function parse(path: string): Promise<void> {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const nothing = (): void => undefined;
  for (const event of [
    'doctype',
    'xmldecl',
    'comment',
    'processinginstruction',
    'text',
    'cdata',
    'opentag',
    'closetag',
  ] as const)
    // prettier-ignore
    parser.on(event, nothing);
  for await (const text of textOf(createReadStream(path), LIMITS, nothing)) parser.write(text);
  parser.close();
}

async function run(reader: Reader, path: string): Promise<Run> {
  const before = process.cpuUsage();
  let entries = 0;
  if (reader === 'saxes') await parse(path);
  else
    for await (const { event } of readStatements(createReadStream(path), {
      mapping: reader === 'csv' ? MAPPING : undefined,
    }))
      if (event === 'entry') entries += 1;
  const { user, system } = process.cpuUsage(before);
  return { entries, cpuMs: (user + system) / 1_000, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function main(): Promise<void> {
  const {
    terminal,
    numbers: { rounds, entries },
  } = commandLine(USAGE, { rounds: 5, entries: 100_000 });
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const path = (name: string): string => join(folder, name);
  const runs = new Map<Reader, Run[]>(READERS.map((reader) => [reader, []]));
  const files: Record<Reader, string> = {
    saxes: path('camt'),
    camt: path('camt'),
    bai2: path('bai2'),
    csv: path('csv'),
  };
  try {
    const made = { seed: 1, entries };
    for (const [name, texts] of [
      ['camt', madeCamt('camt.053.001.08', made)],
      ['bai2', madeBai2(made)],
      ['csv', madeCsv(entries)],
    ] as const)
      await pipeline(Readable.from(texts), createWriteStream(path(name)));
    const bar = terminal.bar(rounds * READERS.length, 'runs');
    for (let round = 0; round < rounds; round++)
      for (const [at, reader] of READERS.entries()) {
        bar.at(round * READERS.length + at, `, ${reader}`);
        runs.get(reader)!.push(await inProcess<Run>(import.meta.url, ['run', reader, files[reader]]));
      }
    bar.stop();
    const cpu = (reader: Reader): number[] => runs.get(reader)!.map(({ cpuMs }) => cpuMs);
    const found = READERS.map((reader) => {
      const of = runs.get(reader)!;
      const cpuMs = median(cpu(reader));
      return {
        reader,
        entries: of[0]!.entries,
        megabytes: Math.round(statSync(files[reader]).size / 1e6),
        cpuMs: Math.round(cpuMs),
        entriesPerSecond: Math.round((entries / cpuMs) * 1_000),
        ofParser: reader === 'camt' ? medianRatio(cpu('saxes'), cpu('camt')) : null,
        peakMb: Math.round(Math.max(...of.map(({ peakMb }) => peakMb))),
      };
    });
    terminal.results(
      found,
      [
        ['reader', ({ reader }) => (reader === 'saxes' ? 'saxes alone' : reader)],
        ['MB', ({ megabytes }) => String(megabytes)],
        ['entries', ({ entries }) => (entries === 0 ? '' : entries.toLocaleString('en'))],
        ['CPU ms', ({ cpuMs }) => String(cpuMs)],
        ['entries/s', ({ entriesPerSecond }) => entriesPerSecond.toLocaleString('en')],
        ["of the parser's pace", ({ ofParser }) => ofParser?.toFixed(2) ?? ''],
        ['peak MB', ({ peakMb }) => String(peakMb)],
      ],
      '',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'run') process.send!(await run(process.argv[3] as Reader, process.argv[4]!));
else await main();
