import type { Transfer } from '../contracts/ledger.ts';
import type { Order } from '../contracts/orders.ts';
import type { Json } from '../kit/contract/outcome.ts';
import type { Services } from '../services.ts';
import { InputError } from './errors.ts';

// DEVELOPMENT ONLY: what the first order or transfer that somebody types needs, so that it does not end in `UnknownSku`
// or `UnknownAccount`. Only on a database of this machine.

const PLENTY = 1_000_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]', '']);

function requireLocal({ config }: Services, option: string): void {
  const { hostname } = new URL(config.DATABASE_URL);
  if (!LOOPBACK.has(hostname)) throw new InputError(`${option} is for a database on this machine`);
}

/** Puts what the order wants on stock. */
export async function plentyOfStock(services: Services, payload: Json): Promise<string> {
  requireLocal(services, '--stock plenty');
  const { lines } = payload as Partial<Order>;
  const skus = [
    ...new Set((Array.isArray(lines) ? lines : []).flatMap(({ sku }) => (typeof sku === 'string' ? [sku] : []))),
  ];
  await services.database.query(
    `insert into inventory.stock (sku, on_hand) select sku, $2::int from unnest($1::text[]) as wanted (sku)
     on conflict (sku) do update set on_hand = greatest(stock.on_hand, stock.reserved + $2::int)`,
    [skus.toSorted(), PLENTY],
  );
  return `development stock: at least ${PLENTY} of ${skus.length} SKUs can be had`;
}

/**
 * Opens the transfer's accounts where there are none, and the rail of its currency for one to another bank. They may be
 * overdrawn: nobody has paid money in.
 */
export async function openAccounts(services: Services, payload: Json): Promise<string> {
  requireLocal(services, '--accounts open');
  const { debtor, creditor, beneficiary, currency = '' } = payload as Partial<Transfer>;
  const rail = beneficiary ? [`clearing-${currency}`, `nostro-${currency}`] : [];
  const ids = [debtor, creditor, ...rail].filter((id) => typeof id === 'string').toSorted();
  await services.database.query(
    `insert into ledger.accounts (account_id, currency, minimum_minor) select id, $2, null from unnest($1::text[]) as wanted (id)
     on conflict (account_id) do nothing`,
    [ids, currency],
  );
  if (beneficiary)
    await services.database.query('insert into ledger.rails values ($1, $2, $3) on conflict (currency) do nothing', [
      currency,
      ...rail,
    ]);
  return `development accounts: ${ids.join(', ')} are open`;
}
