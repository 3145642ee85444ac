import { createHmac } from 'node:crypto';
import type { Config } from '../config.ts';
import { reservations, transfers } from '../contracts/ledger.ts';
import { orders } from '../contracts/orders.ts';
import { FhirPatient, patients } from '../contracts/patients.ts';
import { PatientRefused, toIntegration } from '../domain/fhir/patient.ts';
import type { Json } from '../kit/contract/outcome.ts';
import type { Pipeline } from '../kit/contract/pipeline.ts';
import { checked, keyedFingerprint } from '../kit/effects/fingerprint.ts';
import { patientKey } from '../services.ts';
import { InputError } from './errors.ts';

/** Something that `evenkeel start` starts. */
export interface Kind {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly pipeline: Pipeline;
  /** Makes what the pipeline takes of what the file holds. */
  payload(given: Json, config: Config): Json;
}

export const KINDS: readonly Kind[] = [
  {
    name: 'order',
    description: 'fulfils an order (pipeline orders)',
    examples: ['start order samples/order.json --stock plenty --wait', 'start order - < samples/order.json'],
    pipeline: orders,
    payload: (given) => given,
  },
  {
    name: 'transfer',
    description: 'moves money out of an account, to another or to another bank (pipeline ledger)',
    examples: [
      'start transfer samples/transfer.json --accounts open --wait',
      'start transfer samples/payment.json --accounts open --wait',
    ],
    pipeline: transfers,
    payload: (given) => given,
  },
  {
    name: 'reservation',
    description: 'holds money until somebody posts or voids it (pipeline ledger)',
    examples: ['start reservation samples/reservation.json --accounts open'],
    pipeline: reservations,
    payload: (given) => given,
  },
  {
    name: 'patient',
    description:
      'integrates one version of a FHIR R4 Patient (pipeline patients); identifiers are hashed before anything else',
    examples: ['start patient samples/patient.json --wait'],
    pipeline: patients,
    payload: integration,
  },
];

function integration(given: Json, config: Config): Json {
  const key = patientKey(config);
  const resource = checked(FhirPatient, given, 'FHIR Patient');
  try {
    // What came is integrated, not what the check made of it: absent stays absent.
    return toIntegration(
      given as typeof resource,
      (text) => createHmac('sha256', key).update(text).digest('hex'),
      keyedFingerprint(key),
    ) as unknown as Json;
  } catch (cause) {
    if (cause instanceof PatientRefused) throw new InputError(`FHIR Patient: ${cause.code}`, { cause });
    throw cause;
  }
}
