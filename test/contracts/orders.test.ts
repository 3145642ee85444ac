import assert from 'node:assert/strict';
import { orders } from '../../src/contracts/orders.ts';
import { checked } from '../../src/kit/effects/fingerprint.ts';

const ORDER = {
  orderId: 'ord_1',
  currency: 'GBP',
  lines: [{ sku: 'A', quantity: 1, unitPriceMinor: 100 }],
  charges: [],
  shipTo: { country: 'Norway' },
  payment: { method: 'pm_card_visa' },
};

describe('an order', () => {
  it("is paid by the provider's token: a card's number is refused, and not repeated", () => {
    checked(orders.payload, ORDER, 'order');
    for (const method of ['4242424242424242', '4242 4242 4242 4242', 'pm_ 4242'])
      assert.throws(() => checked(orders.payload, { ...ORDER, payment: { method } }, 'order'), {
        name: 'ContractViolation',
        message: 'order: payment.method: invalid_format',
      });
  });
});
