import { z } from 'zod';
import {
  carrierLedger,
  decideShipment,
  type CarrierState,
  type Shipment,
  type ShipmentCommand,
} from './carrier-rules.ts';
import type { Request } from './http.ts';
import {
  parseJson,
  startSimulator,
  type Failure,
  type Provider,
  type Simulator,
  type SimulatorOptions,
} from './simulator.ts';

/** One request in the journal, with the shipment as it was afterwards if it changed. */
interface RequestLine {
  kind: 'request';
  atMs: number;
  request: string;
  status: number;
  effect?: Shipment;
}

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

const CODES: Record<number, string> = { 429: 'rate_limited', 503: 'busy' };

/** A carrier without idempotency keys, on 127.0.0.1, remembering all in `file`. */
export async function startCarrier({ noRoute = ['Atlantis'], ...options }: CarrierOptions): Promise<Simulator> {
  const refused = new Set(noRoute);
  return startSimulator<RequestLine>(options, (clock, record) => carrier(clock, record, refused));
}

function carrier(
  clock: () => number,
  record: (line: RequestLine) => void,
  noRoute: ReadonlySet<string>,
): Provider<RequestLine> {
  const state: CarrierState = new Map();
  let requests = 0;

  function restore({ effect }: RequestLine): void {
    requests += 1;
    if (effect !== undefined) state.set(effect.id, effect);
  }

  function execute(request: Request, failure?: Failure) {
    const atMs = clock();
    const decision = failure?.effect === 'none' ? failed(failure.status) : decisionOn(request, atMs);
    const answer = failure === undefined ? decision : failed(failure.status);
    const line: RequestLine = {
      kind: 'request',
      atMs,
      request: `${request.method} ${request.path}`,
      status: answer.status,
      ...('effect' in decision ? { effect: decision.effect } : {}),
    };
    record(line);
    restore(line);
    return { answer };
  }

  function decisionOn(request: Request, nowMs: number) {
    const parsed = parseShipmentCommand(request);
    return 'refused' in parsed ? parsed.refused : decideShipment(state, parsed.command, nowMs, noRoute);
  }

  return {
    restore,
    execute,
    failureBody: (status) => failed(status).body,
    ledger: () => carrierLedger(state, requests, clock()),
  };
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

function failed(status: number) {
  return { status, body: { code: CODES[status] ?? 'failed' } };
}
