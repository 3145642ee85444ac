/** A draft that nobody books or voids lapses: it can never be booked afterwards. */
const DRAFT_MS = 7 * 24 * 60 * 60 * 1000;

/** `booked`, `voided` and `expired` are terminal. */
export type ShipmentState = 'draft' | 'booked' | 'voided' | 'expired';

export interface Shipment {
  id: string;
  state: ShipmentState;
  reference: string;
  country: string;
  weightGrams: number | null;
  tracking: string | null;
  createdMs: number;
  expiresMs: number;
}

export type ShipmentCommand =
  | { kind: 'create'; reference: string; country: string; weightGrams: number | null }
  | { kind: 'book' | 'void' | 'retrieve'; id: string }
  | { kind: 'list'; reference: string };

export interface ShipmentDecision {
  status: number;
  body: unknown;
  /** The shipment as it is afterwards, if it changed. */
  effect?: Shipment;
}

/** Shipments in the order of their making. */
export type CarrierState = Map<string, Shipment>;

/**
 * What the carrier answers to a command in a state, and what changes thereby. Pure.
 * It knows no keys: asked twice, it makes two drafts.
 */
export function decideShipment(
  state: CarrierState,
  command: ShipmentCommand,
  nowMs: number,
  noRoute: ReadonlySet<string>,
): ShipmentDecision {
  if (command.kind === 'create') return create(state, command, nowMs);
  if (command.kind === 'list') {
    const shipments = [...state.values()].filter(({ reference }) => reference === command.reference);
    return { status: 200, body: { shipments: shipments.map((shipment) => asOf(shipment, nowMs)) } };
  }
  const known = state.get(command.id);
  if (known === undefined) return { status: 404, body: { code: 'not_found', id: command.id } };
  const shipment = asOf(known, nowMs);
  if (command.kind === 'retrieve') return { status: 200, body: shipment };
  if (command.kind === 'book') return book(state, shipment, noRoute);
  if (shipment.state === 'voided') return { status: 200, body: shipment };
  return shipment.state === 'draft' ? changed(200, { ...shipment, state: 'voided' }) : conflict(shipment);
}

function create(
  state: CarrierState,
  { reference, country, weightGrams }: Extract<ShipmentCommand, { kind: 'create' }>,
  nowMs: number,
): ShipmentDecision {
  const id = `shp_${String(state.size + 1).padStart(6, '0')}`;
  const expiresMs = nowMs + DRAFT_MS;
  return changed(201, {
    id,
    state: 'draft',
    reference,
    country,
    weightGrams,
    tracking: null,
    createdMs: nowMs,
    expiresMs,
  });
}

function book(state: CarrierState, shipment: Shipment, noRoute: ReadonlySet<string>): ShipmentDecision {
  if (shipment.state !== 'draft') return conflict(shipment);
  if (noRoute.has(shipment.country))
    return { status: 422, body: { code: 'no_route', id: shipment.id, state: 'draft' } };
  const bookings = [...state.values()].filter(({ tracking }) => tracking !== null).length;
  return changed(200, { ...shipment, state: 'booked', tracking: `TRK${String(bookings + 1).padStart(9, '0')}` });
}

const CONFLICT = { booked: 'already_booked', voided: 'voided', expired: 'expired', draft: 'draft' } as const;

function conflict({ id, state }: Shipment): ShipmentDecision {
  return { status: 409, body: { code: CONFLICT[state], id, state } };
}

function changed(status: number, shipment: Shipment): ShipmentDecision {
  return { status, body: shipment, effect: shipment };
}

/** A shipment as it stands at a time: a draft expires with nobody asking. */
function asOf(shipment: Shipment, nowMs: number): Shipment {
  return shipment.state === 'draft' && nowMs >= shipment.expiresMs ? { ...shipment, state: 'expired' } : shipment;
}

export interface CarrierLedger {
  drafts: Shipment[];
  booked: Shipment[];
  voided: Shipment[];
  expired: Shipment[];
  byReference: Record<string, Record<ShipmentState, number>>;
  /** Requests that reached the carrier's rules, reads included; lost ones are not among them. */
  requests: number;
}

export function carrierLedger(state: CarrierState, requests: number, nowMs: number): CarrierLedger {
  const shipments = [...state.values()].map((shipment) => asOf(shipment, nowMs));
  const inState = (wanted: ShipmentState) => shipments.filter(({ state }) => state === wanted);
  const byReference: CarrierLedger['byReference'] = {};
  for (const { reference, state } of shipments) {
    const counts = (byReference[reference] ??= { draft: 0, booked: 0, voided: 0, expired: 0 });
    counts[state] += 1;
  }
  return {
    drafts: inState('draft'),
    booked: inState('booked'),
    voided: inState('voided'),
    expired: inState('expired'),
    byReference,
    requests,
  };
}
