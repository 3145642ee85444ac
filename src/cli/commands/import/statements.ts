import type { Command } from 'commander';
import { Evenkeel } from '../../../client.ts';
import { FILE_LIMIT_BYTES, imports, type Imported } from '../../../contracts/reconciliation.ts';
import { parseCsvMapping } from '../../../domain/statements/csv-mapping.ts';
import { StatementRefused } from '../../../domain/statements/refused.ts';
import { importStatementFile } from '../../../intake/statements.ts';
import type { Json } from '../../../kit/contract/outcome.ts';
import { s3Client } from '../../../services.ts';
import { withServices, type Context } from '../../context.ts';
import { EXIT, InputError } from '../../errors.ts';
import { readJson } from '../../input.ts';
import { examples } from '../../options.ts';
import { sourcesOf } from './files.ts';

/** What came of one file. */
interface Line {
  readonly file: string;
  readonly statements: number;
  readonly entries: number;
  readonly fate: Imported['state'] | 'quarantined';
  readonly reason: string | null;
}

export function register(group: Command, context: Context): void {
  const command = group
    .command('statements')
    .description(
      'takes in bank statements (camt.052, 053, 054; BAI2; CSV with a mapping) and compares them with the ledger',
    )
    .argument(
      '<file...>',
      'the files, or s3://BUCKET/KEY, or all below s3://BUCKET/PREFIX/; each is taken whole or quarantined whole, once',
    )
    .option('--mapping <file>', 'JSON: which column of the CSVs is what, see docs/statements.md')
    .action((files: string[], { mapping }: { mapping?: string }) => statements(context, files, mapping));
  examples(
    command,
    context,
    'import statements camt053.xml statements.bai2',
    'import statements umsaetze.csv --mapping bank.json --json',
    'import statements s3://from-the-bank/2026-11/',
  );
}

async function statements(context: Context, files: readonly string[], mappingFile: string | undefined): Promise<void> {
  const { terminal } = context;
  const mapping = mappingFile === undefined ? undefined : await mappingIn(mappingFile, context);
  await withServices(context, async (services) => {
    const s3 = s3Client(services.config);
    const evenkeel = new Evenkeel(services);
    const starter = await services.starter(imports);
    const lines: Line[] = [];
    const sources = await sourcesOf(files, s3);
    const bar = terminal.bar(sources.length, 'files');
    try {
      for (const source of sources) {
        const to = { s3, bucket: services.config.EVENKEEL_S3_BUCKET, starter };
        const started = await importStatementFile(to, {
          bytes: await source.bytes(FILE_LIMIT_BYTES),
          ...(mapping === undefined ? {} : { mapping }),
        });
        const ended = await evenkeel.result(started.workflowId);
        lines.push(lineOf(source.name, started.start === 'started', ended as Ended));
        bar.at(lines.length);
      }
    } finally {
      bar.stop();
      s3.destroy();
    }
    terminal.results(
      lines,
      [
        ['file', ({ file }) => file],
        ['statements', (line) => String(line.statements)],
        ['entries', ({ entries }) => String(entries)],
        ['fate', ({ fate }) => fate],
        ['reason', ({ reason }) => reason ?? ''],
      ],
      '',
    );
    if (lines.some(({ fate }) => fate === 'quarantined')) context.exit = EXIT.failed;
  });
}

interface Ended {
  readonly fate: string;
  readonly reason: string | null;
  readonly result: Imported | null;
}

function lineOf(file: string, first: boolean, { reason, result }: Ended): Line {
  if (!result) return { file, statements: 0, entries: 0, fate: 'quarantined', reason };
  const { state, statements, entries, breaks } = result;
  const why = state === 'review' ? `${breaks} breaks` : null;
  // The very file, again: what it came to was said when it came.
  return { file, statements, entries, fate: first ? state : 'absorbed', reason: first ? why : 'known before' };
}

async function mappingIn(file: string, { stdin }: Context): Promise<Json> {
  const mapping = await readJson(file, stdin);
  try {
    parseCsvMapping(mapping);
    return mapping;
  } catch (cause) {
    if (cause instanceof StatementRefused) throw new InputError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}
