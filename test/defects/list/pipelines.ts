import type { Planted } from '../defect.ts';
import { ACCOUNTS, CARRIER, LEDGER_SQL, INVENTORY, STRIPE } from './files.ts';
import { ledger, payments, refunds, parcel, stock, money, patients } from './tests.ts';

/** 2: applied once, by the bodies of our own pipelines. */
export const appliedByPipelines: readonly Planted[] = [
  {
    what: 'a payment is opened without a key',
    edits: [
      [
        STRIPE,
        'metadata: { order_id: orderId, evenkeel_key: key },\n          },\n          { idempotencyKey },',
        'metadata: { order_id: orderId, evenkeel_key: key },\n          },',
      ],
    ],
    caughtBy: payments('are changed under the keys of their effects only'),
  },
  {
    what: 'a payment is authorised without a key',
    edits: [
      [
        STRIPE,
        'paymentIntents.confirm(paymentIntentId, {}, { idempotencyKey })',
        'paymentIntents.confirm(paymentIntentId, {})',
      ],
    ],
    caughtBy: payments('are changed under the keys of their effects only'),
  },
  {
    what: 'a payment is captured without a key',
    edits: [
      [
        STRIPE,
        'paymentIntents.capture(paymentIntentId, amount, { idempotencyKey })',
        'paymentIntents.capture(paymentIntentId, amount)',
      ],
    ],
    caughtBy: payments('are changed under the keys of their effects only'),
  },
  {
    what: 'a payment is cancelled without a key',
    edits: [
      [
        STRIPE,
        'await stripe.paymentIntents.cancel(paymentIntentId, {}, { idempotencyKey });',
        'await stripe.paymentIntents.cancel(paymentIntentId, {});',
      ],
    ],
    caughtBy: payments('are changed under the keys of their effects only'),
  },
  {
    what: 'a payment is refunded without a key',
    edits: [
      [
        'src/activities/payments/refunds.ts',
        'metadata: { evenkeel_key: key } },\n          { idempotencyKey },',
        'metadata: { evenkeel_key: key } },',
      ],
    ],
    caughtBy: payments('are changed under the keys of their effects only'),
  },
  {
    what: 'a capture is a charge of its own, without a key',
    edits: [
      [
        STRIPE,
        'const intent = await stripe.paymentIntents.capture(paymentIntentId, amount, { idempotencyKey });',
        `const { id } = await stripe.paymentIntents.create({
          amount: amountMinor ?? 1,
          currency: 'gbp',
          payment_method: 'pm_card_visa',
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          capture_method: 'manual',
        });
        await stripe.paymentIntents.confirm(id);
        const intent = await stripe.paymentIntents.capture(id, amount);`,
      ],
    ],
    caughtBy: payments('are captured once when the answer was lost'),
  },
  {
    what: 'a 500 that Stripe replays for a day is asked for again under the same key',
    edits: [
      [
        'src/activities/payments/under-new-key.ts',
        'if (!(failure instanceof Stripe.errors.StripeAPIError)) return undefined;',
        'if (failure !== undefined) return undefined;',
      ],
    ],
    caughtBy: payments('whose failure the provider replays for a day are asked for under another key'),
  },
  {
    what: 'a draft at the carrier is made when it is booked, and not before',
    edits: [
      [CARRIER, 'shipmentId: (await carrier.draft(orderId, country)).id,', 'shipmentId: `${orderId} ${country}`,'],
      [
        CARRIER,
        'return booked(await carrier.book(shipmentId));',
        `const [order, country] = shipmentId.split(' ') as [string, string];
        return booked(await carrier.book((await carrier.draft(order, country)).id));`,
      ],
      [
        CARRIER,
        'const shipment = await carrier.find(shipmentId);',
        "const shipment = await carrier.find(shipmentId).catch((): Shipment => ({ id: shipmentId, state: 'draft' }));",
      ],
    ],
    caughtBy: parcel('is booked once when the answer was lost: it is known by its draft'),
  },
  {
    what: 'stock is counted without being locked',
    edits: [[INVENTORY, 'where sku = any($1) order by sku for update', 'where sku = any($1) order by sku']],
    caughtBy: stock('is promised to exactly as many of thirty orders at once as there is of it'),
  },
  {
    what: 'stock is locked in the order of the lines',
    edits: [
      [
        INVENTORY,
        'where sku = any($1) order by sku for update',
        'where sku = any($1) order by array_position($1, sku) for update',
      ],
    ],
    caughtBy: stock('is locked in one order: orders of the same goods the other way round do not wait for each other'),
  },
  {
    what: 'accounts are read without being locked',
    edits: [[ACCOUNTS, 'order by account_id for update', 'order by account_id']],
    caughtBy: money('is held by exactly as many of thirty transfers at once as there is of it'),
  },
  {
    what: 'accounts are locked with the debtor first',
    edits: [[ACCOUNTS, 'order by account_id for update', 'order by array_position($1, account_id) for update']],
    caughtBy: money('is locked in one order: transfers both ways do not wait for each other'),
  },
  {
    what: 'an account may be overdrawn',
    edits: [[ACCOUNTS, "if (available !== null && BigInt(available) < amount) throw refuse('Overdrawn');", '']],
    caughtBy: money('is held by exactly as many of thirty transfers at once as there is of it'),
  },
  {
    what: 'a transaction of the ledger need not sum to zero',
    edits: [
      [
        LEDGER_SQL,
        'group by currency having sum(amount_minor) <> 0) then',
        'group by currency having count(*) = 0) then',
      ],
    ],
    caughtBy: ledger('refuses a transaction that does not sum to zero'),
  },
  {
    what: 'an entry of the ledger can be changed',
    edits: [
      [
        LEDGER_SQL,
        'create trigger entries_immutable before update or delete on ledger.entries\n  for each row execute function ledger.refuse_change();',
        '',
      ],
    ],
    caughtBy: ledger('refuses to change or remove an entry'),
  },
  {
    what: 'an older version of a record that came late stands over the newer one',
    edits: [
      [
        'src/activities/patients/records.ts',
        "if (latest?.last_updated && updated && latest.last_updated > updated) throw refuse('NewerVersionThere');",
        '',
      ],
    ],
    caughtBy: patients('cached adds a newer version, and refuses an older one that came late'),
  },
  {
    what: 'an identifier of one patient is given to another',
    edits: [['src/activities/patients/records.ts', "if (other) throw refuse('IdentifierTaken');", '']],
    caughtBy: patients('cached is refused when an identifier belongs to another patient, and claims none'),
  },
];

/** 3: undone once, by the bodies of our own pipelines. */
export const undoneByPipelines: readonly Planted[] = [
  {
    what: 'a capture under way is not fenced when it is undone',
    edits: [
      [
        STRIPE,
        '      await stripe.paymentIntents\n        .cancel(paymentIntentId, {}, { idempotencyKey: `${idempotencyKey}/fence` })',
        '      await Promise.resolve(idempotencyKey + paymentIntentId)',
      ],
    ],
    caughtBy: payments('whose capture sleeps while it is undone are not captured when it wakes'),
  },
  {
    what: 'a payment that somebody has captured counts as cancelled',
    edits: [
      [
        STRIPE,
        "if (status === 'succeeded') throw attempt.refuse('AlreadyCaptured');",
        "if (status === 'succeeded') return { undone: true };",
      ],
    ],
    caughtBy: payments('that somebody has captured are not undone by cancelling: that is refused'),
  },
  {
    what: 'a refund whose answer was lost is not looked for',
    edits: [
      [
        'src/activities/payments/refunds.ts',
        "if (refund.metadata?.['evenkeel_key'] === key)",
        "if (refund.metadata?.['evenkeel_key'] === '')",
      ],
    ],
    caughtBy: payments('are refunded once when the answer was lost, also when the provider has forgotten the key'),
  },
  {
    what: 'a refund whose failure Stripe replays for a day is asked for again under the same key',
    edits: [
      [
        'src/activities/payments/refunds.ts',
        'underNewKey({ ...request, idempotencyKey: idempotencyKey ?? request.key }, failure, sends),',
        'failure === undefined\n        ? underNewKey({ ...request, idempotencyKey: idempotencyKey ?? request.key }, failure, sends)\n        : undefined,',
      ],
    ],
    caughtBy: refunds(
      'gives the money back once when the provider answers with an error before anything happened, and replays that under its key',
    ),
  },
  {
    what: 'a parcel without a route can still be booked by a late attempt (no fence)',
    edits: [[CARRIER, 'await carrier.void(shipmentId).catch(', 'await Promise.resolve(shipmentId).catch(']],
    caughtBy: parcel('that has no route is void: no late attempt can book it'),
  },
  {
    what: 'units that were shipped are given back',
    edits: [
      [
        INVENTORY,
        "where order_id = $1 and state = 'reserved' returning sku, quantity",
        'where order_id = $1 returning sku, quantity',
      ],
    ],
    caughtBy: stock('that has been shipped is not given back'),
  },
  {
    what: 'a transaction of the ledger is reversed twice',
    edits: [[LEDGER_SQL, 'reverses        text unique references', 'reverses        text references']],
    caughtBy: ledger('refuses a second reversal of one transaction'),
  },
];
