import { stripeClient } from '../../src/activities/payments/stripe.ts';
import { Rail } from '../../src/activities/ledger/rail.ts';
import { Carrier } from '../../src/activities/shipping/carrier.ts';
import {
  SimulatorControl,
  type CarrierLedger,
  type PaymentsLedger,
  type RailLedger,
} from '../../src/dev/simulators/control.ts';
import type { Site } from '../../src/kit/testing/subjects.ts';
import { s3Of } from '../support/s3.ts';

/** The test stack, as every process is told of it. */
export interface Where extends Site {
  readonly env: Readonly<Record<string, string>>;
}

export const objects = ({ env }: Where) => ({ s3: s3Of(env), bucket: env['EVENKEEL_S3_BUCKET']! });

/** The payment provider, and what it says of itself. */
export function provider({ env }: Where) {
  const url = env['PAYMENTS_URL']!;
  const control = new SimulatorControl<PaymentsLedger>(url);
  return { stripe: stripeClient('sk_test_harness', new URL(url)), ledger: () => control.ledger() };
}

/** The payment rail, and what it says of itself. */
export function rail({ env }: Where) {
  const url = env['RAIL_URL']!;
  const control = new SimulatorControl<RailLedger>(url);
  return { rail: new Rail(new URL(url)), ledger: () => control.ledger() };
}

/** The carrier, and what it says of itself. */
export function carrier({ env }: Where) {
  const url = env['CARRIER_URL']!;
  const control = new SimulatorControl<CarrierLedger>(url);
  return { carrier: new Carrier(new URL(url)), ledger: () => control.ledger() };
}
