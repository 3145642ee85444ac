import { shippingActivities } from '../../src/activities/shipping/carrier.ts';
import * as contracts from '../../src/contracts/shipping.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';
import { carrier } from './where.ts';

export default subjects(import.meta.url, {
  contracts,
  open: carrier,
  bodies: ({ carrier }) => shippingActivities(carrier),
  activities: {
    bookShipment: {
      input: (id) => ({ orderId: id, shipment: 1, country: 'Norway', units: 2 }),
      effects: async ({ orderId }, { ledger }) => (await ledger()).byReference[orderId]?.booked ?? 0,
      other: (input) => ({ ...input, units: 3 }),
      refused: { NoRoute: (id) => ({ orderId: id, shipment: 1, country: 'Atlantis', units: 2 }) },
    },
  },
});
