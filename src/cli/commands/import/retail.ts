import type { Command } from 'commander';
import { orders } from '../../../contracts/orders.ts';
import { RetailFileRefused } from '../../../domain/retail/refused.ts';
import { readRetail } from '../../../domain/retail/read.ts';
import { importRetail, openStock, type RetailImported, type RetailSource } from '../../../intake/retail.ts';
import { withServices, type Context } from '../../context.ts';
import { EXIT, InputError, UsageError } from '../../errors.ts';
import { readText } from '../../input.ts';
import { examples, whole } from '../../options.ts';
import { retailFile } from '../../retail-file.ts';
import type { Bar } from '../../terminal.ts';

interface Options {
  readonly stock?: string;
  readonly limit?: number;
  readonly patience: number;
}

/** Of a SKU, with `--stock plenty`: more than a year of any retailer's sales, and what an int4 holds. */
const PLENTY = 10_000_000;
const MANY = 999_999_999;

export function register(group: Command, context: Context): void {
  const command = group
    .command('retail')
    .description('starts the orders of UCI "Online Retail" files (CSV, plain or gzipped) and waits for their fates')
    .argument('<file...>', 'the files')
    .option('--stock <plenty|file>', 'opening stock of SKUs that have none: plenty, or a CSV of sku,on_hand')
    .option('--limit <n>', 'at most this many orders', whole(1, MANY))
    .option('--patience <seconds>', 'stop waiting when no run has ended for this long', whole(1, MANY), 120)
    .action((files: string[], options: Options) => retail(context, files, options));
  examples(
    command,
    context,
    'import retail 2010-12.csv.gz --stock plenty',
    'import retail samples/retail.csv --limit 50 --json',
  );
}

async function retail(
  context: Context,
  files: readonly string[],
  { stock, limit = Number.MAX_SAFE_INTEGER, patience }: Options,
): Promise<void> {
  const { terminal } = context;
  const sources = await Promise.all(files.map(retailFile));
  await withServices(context, async (services) => {
    if (stock !== undefined) await openStock(services.database, await openingStock(stock, sources, context));
    let bar: { phase: string; bar: Bar } | undefined;
    const imported = await refusing(
      importRetail(sources, {
        starter: await services.starter(orders),
        database: services.database,
        limit,
        patienceMs: patience * 1_000,
        onProgress({ phase, done, of }) {
          if (bar?.phase !== phase) {
            bar?.bar.stop();
            bar = { phase, bar: terminal.bar(of, phase === 'starting' ? 'orders started' : 'runs ended') };
          }
          bar.bar.at(done);
        },
      }),
    ).finally(() => bar?.bar.stop());
    terminal.result(imported, textOf(imported));
    if (imported.fates.open > 0) {
      terminal.note(
        `${imported.fates.open} runs have no fate yet: \`${context.self} list --state started\`, \`${context.self} list --stuck\``,
      );
      context.exit = EXIT.failed;
    }
  });
}

async function openingStock(
  stock: string,
  sources: readonly RetailSource[],
  context: Context,
): Promise<Map<string, number>> {
  const opening = new Map<string, number>();
  if (stock === 'plenty') {
    for (const source of sources)
      for (const { lines } of (await refusing(readRetail(source.chunks()))).orders)
        for (const { sku } of lines) opening.set(sku, PLENTY);
    return opening;
  }
  const [header, ...rows] = (await readText(stock, context.stdin)).split(/\r?\n/).filter((line) => line !== '');
  if (header?.trim() !== 'sku,on_hand') throw new UsageError('--stock: plenty, or a CSV whose header is sku,on_hand');
  rows.forEach((row, i) => {
    const [, sku, onHand] = /^([^,"]{1,64}),(\d{1,9})$/.exec(row) ?? [];
    if (sku === undefined) throw new InputError(`${stock} line ${i + 2}: not sku,on_hand`);
    opening.set(sku, Number(onHand));
  });
  return opening;
}

/** A file that is refused whole says which column is wrong. */
async function refusing<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((cause: unknown) => {
    throw cause instanceof RetailFileRefused ? new InputError(cause.message, { cause }) : cause;
  });
}

const pounds = (minor: number): string => `£${(minor / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;

const textOf = (i: RetailImported): string =>
  [
    `${i.lines} lines: ${i.orders} orders (${i.started} started, ${i.absorbed} absorbed), ${i.quarantined} lines quarantined${i.skipped > 0 ? `, ${i.skipped} beyond the limit` : ''}`,
    `${i.units} units, goods ${pounds(i.goodsMinor)}, charges ${pounds(i.chargesMinor)}`,
    `fates: ${i.fates.completed} completed, ${i.fates.refused} refused, ${i.fates.compensated} compensated${i.fates.open > 0 ? `, ${i.fates.open} open` : ''}; ${i.seconds.toFixed(1)} s`,
  ].join('\n');
