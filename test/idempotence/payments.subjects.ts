import type Stripe from 'stripe';
import { paymentActivities } from '../../src/activities/payments/stripe.ts';
import * as contracts from '../../src/contracts/payments.ts';
import type { PaymentsLedger } from '../../src/dev/simulators/control.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { provider } from './where.ts';

const AMOUNT = 2_499;
const opened = (orderId: string, method = 'pm_card_visa') => ({
  orderId,
  shipment: 1,
  amountMinor: AMOUNT,
  currency: 'GBP',
  method,
});

/** An intent that is open at the provider, made by hand and not by the activity. */
async function intent(orderId: string, stripe: Stripe, method = 'pm_card_visa') {
  const { id } = await stripe.paymentIntents.create({
    amount: AMOUNT,
    currency: 'gbp',
    capture_method: 'manual',
    payment_method: method,
  });
  return { orderId, shipment: 1, paymentIntentId: id };
}
async function authorised(orderId: string, stripe: Stripe) {
  const made = await intent(orderId, stripe);
  await stripe.paymentIntents.confirm(made.paymentIntentId);
  return { ...made, amountMinor: AMOUNT };
}

type Entries = 'authorisations' | 'captures' | 'cancellations' | 'refunds';
const of =
  (entries: Entries) =>
  async ({ paymentIntentId }: { paymentIntentId: string }, { ledger }: { ledger: () => Promise<PaymentsLedger> }) =>
    (await ledger())[entries].filter((entry) => entry.intent === paymentIntentId);
const intentsOf = ({ intents }: PaymentsLedger, orderId: string): string[] =>
  intents.filter(({ metadata }) => metadata['order_id'] === orderId).map(({ id }) => id);

export default subjects(import.meta.url, {
  contracts,
  open: provider,
  bodies: ({ stripe }) => paymentActivities(stripe),
  activities: {
    openPayment: {
      input: (id) => opened(id),
      effects: async ({ orderId }, { ledger }) => intentsOf(await ledger(), orderId),
      other: (input) => ({ ...input, amountMinor: AMOUNT + 1 }),
      refused: { PaymentRejected: (id) => opened(id, 'pm_unknown') },
    },
    cancelPayment: {
      async effects({ orderId }, { ledger }) {
        const told = await ledger();
        return intentsOf(told, orderId).flatMap((id) => told.cancellations.filter(({ intent }) => intent === id));
      },
      refused: {
        async AlreadyCaptured({ orderId }, { ledger, stripe }) {
          const [id] = intentsOf(await ledger(), orderId);
          await stripe.paymentIntents.confirm(id!);
          await stripe.paymentIntents.capture(id!);
        },
      },
    },
    authorisePayment: {
      input: (id, { stripe }) => intent(id, stripe),
      effects: of('authorisations'),
      other: (input) => ({ ...input, paymentIntentId: 'pi_another' }),
      refused: {
        CardDeclined: (id, { stripe }) => intent(id, stripe, 'pm_card_visa_chargeDeclined'),
        async PaymentCancelled(id, { stripe }) {
          const made = await intent(id, stripe);
          await stripe.paymentIntents.cancel(made.paymentIntentId);
          return made;
        },
      },
    },
    capturePayment: {
      input: (id, { stripe }) => authorised(id, stripe),
      effects: of('captures'),
      other: (input) => ({ ...input, amountMinor: AMOUNT - 1 }),
      refused: {
        async AuthorisationExpired(id, { stripe }) {
          const made = await authorised(id, stripe);
          await stripe.paymentIntents.cancel(made.paymentIntentId);
          return made;
        },
      },
    },
    refundPayment: { effects: of('refunds') },
  },
});
