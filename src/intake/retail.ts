import { setTimeout as pause } from 'node:timers/promises';
import { orders as ordersPipeline } from '../contracts/orders.ts';
import { chargesMinor, goodsMinor, unitsOf, type RetailOrder } from '../domain/retail/order.ts';
import { readRetail } from '../domain/retail/read.ts';
import { workflowIdOf } from '../kit/contract/pipeline.ts';
import type { Database } from '../kit/effects/database.ts';
import { Conflict } from '../kit/effects/errors.ts';
import { quarantine, type Unusable } from '../kit/intake/quarantine.ts';
import { start, type Starter } from '../kit/intake/start.ts';

/** One file of the UCI "Online Retail" form, already gunzipped. */
export interface RetailSource {
  readonly name: string;
  chunks(): AsyncIterable<Uint8Array>;
}

/** What an import came to. Lines are lines of the files; money is in pence. */
export interface RetailImported {
  lines: number;
  /** Distinct orders. One that stands in two of the files is absorbed the second time. */
  orders: number;
  started: number;
  /** Orders that were there already, running or ended. */
  absorbed: number;
  /** Lines that belong to no order, each kept with its reason. */
  quarantined: number;
  /** Lines of orders beyond `limit`. */
  skipped: number;
  units: number;
  goodsMinor: number;
  chargesMinor: number;
  fates: Record<'completed' | 'refused' | 'compensated' | 'open', number>;
  seconds: number;
}

export interface ImportOptions {
  readonly starter: Starter;
  readonly database: Database;
  /** At most this many orders a run. */
  readonly limit: number;
  /** Gives up waiting for fates when none came for this long: the runs go on, and `fates.open` says how many. */
  readonly patienceMs: number;
  readonly onProgress: (at: { phase: 'reading' | 'starting' | 'running'; done: number; of: number }) => void;
}

/** Starts at once: enough to keep two cores busy, few enough that a slow Temporal is not flooded. */
const STARTS_AT_ONCE = 16;
/** Runs open at once: beyond this a start waits, so that a month of orders is no thundering herd. */
const OPEN_AT_ONCE = 400;
const POLL_MS = 500;

/** Makes orders of the files' lines and starts each once; what belongs to no order is quarantined by the line. */
export async function importRetail(sources: readonly RetailSource[], options: ImportOptions): Promise<RetailImported> {
  const { starter, database, onProgress } = options;
  const began = starter.clock().getTime();
  const sum: RetailImported = {
    lines: 0,
    orders: 0,
    started: 0,
    absorbed: 0,
    quarantined: 0,
    skipped: 0,
    units: 0,
    goodsMinor: 0,
    chargesMinor: 0,
    fates: { completed: 0, refused: 0, compensated: 0, open: 0 },
    seconds: 0,
  };
  const ids = new Set<string>();
  for (const source of sources) {
    const file = await readRetail(source.chunks(), {
      onLine: (done) => done % 1_000 === 0 && onProgress({ phase: 'reading', done, of: 0 }),
    });
    const unusable: Unusable[] = file.quarantined.map(({ line, reason, raw }) => ({
      position: `line ${line}`,
      reason,
      body: raw,
    }));
    sum.lines += file.lines;
    sum.quarantined += file.quarantined.length;
    const taken = file.orders.slice(0, Math.max(0, options.limit - sum.orders));
    sum.skipped += file.orders.slice(taken.length).reduce((lines, order) => lines + linesOf(order), 0);
    const known = sum.orders;
    const queue = taken.entries();
    const startNext = async (): Promise<void> => {
      for (const [, order] of queue) {
        while (ids.size > OPEN_AT_ONCE && (await starter.inbox.fates([...ids])).open > OPEN_AT_ONCE)
          await pause(POLL_MS);
        try {
          const { start: how, workflowId } = await start(starter, ordersPipeline, order);
          sum[how === 'started' ? 'started' : 'absorbed']++;
          if (ids.has(workflowId)) continue; // the same order in another of these files
          ids.add(workflowId);
          sum.orders++;
          sum.units += unitsOf(order);
          sum.goodsMinor += goodsMinor(order);
          sum.chargesMinor += chargesMinor(order);
        } catch (error) {
          if (!(error instanceof Conflict)) throw error;
          // Another order stands under this id: this one is kept whole, beside it.
          unusable.push({
            position: workflowIdOf(ordersPipeline, order),
            reason: 'other-order-under-this-id',
            body: JSON.stringify(order),
          });
          sum.quarantined += linesOf(order);
        }
        onProgress({ phase: 'starting', done: sum.orders, of: known + taken.length });
      }
    };
    await Promise.all(Array.from({ length: STARTS_AT_ONCE }, startNext));
    await quarantine(database, ordersPipeline.name, source.name, unusable, starter.clock());
  }
  sum.fates = await untilEnded([...ids], options);
  sum.seconds = (starter.clock().getTime() - began) / 1_000;
  return sum;
}

async function untilEnded(
  ids: readonly string[],
  { starter, patienceMs, onProgress }: ImportOptions,
): Promise<RetailImported['fates']> {
  let quiet = 0;
  let open = ids.length;
  for (;;) {
    const fates = await starter.inbox.fates(ids);
    onProgress({ phase: 'running', done: ids.length - fates.open, of: ids.length });
    quiet = fates.open < open ? 0 : quiet + POLL_MS;
    if (fates.open === 0 || quiet >= patienceMs) return fates;
    open = fates.open;
    await pause(POLL_MS);
  }
}

const linesOf = ({ lines, charges }: RetailOrder): number => lines.length + charges.length;

/** Sets the opening stock of SKUs that have none yet: a later import changes nothing. */
export async function openStock(database: Database, stock: ReadonlyMap<string, number>): Promise<void> {
  await database.query(
    `insert into inventory.stock (sku, on_hand) select * from unnest($1::text[], $2::int[]) on conflict (sku) do nothing`,
    [[...stock.keys()], [...stock.values()]],
  );
}
