import { z } from 'zod';
import type * as contract from '../../contracts/shipping.ts';
import type { Implementation } from '../../kit/effects/body.ts';
import type { Tx } from '../../kit/effects/database.ts';

const Shipment = z.object({
  id: z.string(),
  state: z.enum(['draft', 'booked', 'voided', 'expired']),
  tracking: z.string().nullish(),
});
type Shipment = z.infer<typeof Shipment>;
type Book = { shipmentId: string };

/** An answer of the carrier that is not 2xx. Its text stays here; status and code tell. */
class CarrierError extends Error {
  override readonly name = 'CarrierError';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** A carrier without idempotency keys: draft, then book that draft's id. */
export class Carrier {
  readonly #url: URL;
  constructor(url: URL) {
    this.#url = url;
  }

  draft = (reference: string, country: string): Promise<Shipment> =>
    this.#ask('POST', 'shipments', { reference, country });
  book = (id: string): Promise<Shipment> => this.#ask('POST', `shipments/${id}/book`, {});
  void = (id: string): Promise<Shipment> => this.#ask('POST', `shipments/${id}/void`, {});
  find = (id: string): Promise<Shipment> => this.#ask('GET', `shipments/${id}`);

  async #ask(method: string, path: string, body?: object): Promise<Shipment> {
    const response = await fetch(new URL(path, this.#url), {
      method,
      signal: AbortSignal.timeout(10_000), // below `attempt`
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const answer: unknown = await response.json();
    if (!response.ok)
      throw new CarrierError(response.status, z.object({ code: z.string() }).safeParse(answer).data?.code ?? 'unknown');
    return Shipment.parse(answer);
  }
}

export const shippingActivities = (carrier: Carrier): Implementation<typeof contract, Tx> => ({
  bookShipment: {
    // The draft is harmless: one that is never booked expires at the carrier's.
    request: async ({ orderId, country }): Promise<Book> => ({
      shipmentId: (await carrier.draft(orderId, country)).id,
    }),
    async send({ shipmentId }: Book, { refuse, retry }) {
      try {
        return booked(await carrier.book(shipmentId));
      } catch (error) {
        if (!(error instanceof CarrierError)) throw error;
        if (error.code === 'no_route') throw refuse('NoRoute');
        if (error.code === 'already_booked') return booked(await carrier.find(shipmentId));
        if (error.code === 'voided') throw refuse('ShipmentVoided');
        if (error.status === 503 || error.status === 429) throw retry('CarrierBusy');
        throw error;
      }
    },
    async probe({ shipmentId }: Book) {
      const shipment = await carrier.find(shipmentId);
      if (shipment.state === 'booked') return { applied: booked(shipment) };
      if (shipment.state === 'expired') return 'lapsed'; // our outage was longer than a draft lives: another draft
      return shipment.state === 'draft' ? 'absent' : { refused: 'ShipmentVoided' };
    },
    async fence({ shipmentId }: Book) {
      await carrier.void(shipmentId).catch((error: unknown) => {
        if (!(error instanceof CarrierError && error.code === 'already_booked')) throw error;
      });
    },
  },
});

const booked = ({ id, tracking }: Shipment): { shipmentId: string; tracking: string } => ({
  shipmentId: id,
  tracking: tracking ?? id,
});
