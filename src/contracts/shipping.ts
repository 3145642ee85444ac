import { z } from 'zod';
import { activity } from '../kit/contract/activity.ts';
import { OrderId, Shipment } from './ids.ts';

/**
 * Books the carrier. The carrier has no idempotency keys: a draft is made first (harmless), its id recorded, and that
 * id booked. A draft ends booked or void, each for ever, so voiding it is the fence.
 */
export const bookShipment = activity('bookShipment', {
  input: z.object({ orderId: OrderId, shipment: Shipment, country: z.string(), units: z.int().positive() }),
  output: z.object({ shipmentId: z.string(), tracking: z.string() }),
  key: ({ orderId, shipment }) => `orders/${orderId}/shipments/${shipment}/book`,
  errors: { NoRoute: 'refused', ShipmentVoided: 'refused', CarrierBusy: 'retry' },
  attempt: '20s',
  within: '30 days',
  remote: 'probeable',
  undo: { none: 'a booked parcel is on its way: the booking is the pivot' },
});
