import { z } from 'zod';
import {
  carrierLedger,
  decideShipment,
  type CarrierState,
  type Shipment,
  type ShipmentCommand,
} from './carrier-rules.ts';
import type { Request } from './http.ts';
import { journaled, type RequestLine } from './journaled.ts';
import { parseJson, startSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';

export interface CarrierOptions extends SimulatorOptions {
  /** Countries that it refuses to book. */
  noRoute?: readonly string[];
}

/** Other fields (an address) are taken and not kept: a carrier's journal is no place for them. */
const createBody = z.object({
  reference: z.string().min(1).max(200),
  country: z.string().min(1).max(100),
  weightGrams: z.int().min(1).optional(),
});

/** A carrier without idempotency keys, on 127.0.0.1, remembering all in `file`. */
export async function startCarrier({ noRoute = ['Atlantis'], ...options }: CarrierOptions): Promise<Simulator> {
  const refused = new Set(noRoute);
  return startSimulator<RequestLine<Shipment>>(options, (clock, record) => {
    const state: CarrierState = new Map();
    return journaled<Shipment>(
      { clock, record },
      {
        decide(request, nowMs) {
          const parsed = parseShipmentCommand(request);
          return 'refused' in parsed ? parsed.refused : decideShipment(state, parsed.command, nowMs, refused);
        },
        keep: (shipment) => state.set(shipment.id, shipment),
        ledger: (requests, nowMs) => carrierLedger(state, requests, nowMs),
      },
    );
  });
}

function parseShipmentCommand({ method, path, query, body }: Request) {
  const [collection, id = '', action = '', ...rest] = path.slice(1).split('/');
  const target = `${method} ${collection}${id === '' ? '' : '/:id'}${action === '' ? '' : `/${action}`}`;
  if (rest.length > 0) return { refused: { status: 404, body: { code: 'not_found' } } };
  switch (target) {
    case 'POST shipments': {
      const parsed = createBody.safeParse(parseJson(body));
      if (!parsed.success) return { refused: invalid(z.prettifyError(parsed.error)) };
      const { reference, country, weightGrams = null } = parsed.data;
      return { command: { kind: 'create', reference, country, weightGrams } satisfies ShipmentCommand };
    }
    case 'GET shipments': {
      const reference = query.get('reference');
      if (reference === null) return { refused: invalid('reference is missing') };
      return { command: { kind: 'list', reference } satisfies ShipmentCommand };
    }
    case 'GET shipments/:id':
      return { command: { kind: 'retrieve', id } satisfies ShipmentCommand };
    case 'POST shipments/:id/book':
      return { command: { kind: 'book', id } satisfies ShipmentCommand };
    case 'POST shipments/:id/void':
      return { command: { kind: 'void', id } satisfies ShipmentCommand };
    default:
      return { refused: { status: 404, body: { code: 'not_found' } } };
  }
}

function invalid(message: string) {
  return { status: 400, body: { code: 'invalid', message } };
}
