import { timeOf } from '../../hl7/time.ts';
import type { Sender } from './source.ts';

/** FHIR dateTime, no more exact than it was told; nothing for what is none. */
export const dateTimeOf = (text: string, { zone }: Pick<Sender, 'zone'>): string | undefined =>
  timeOf(text, zone)?.dateTime;

/** FHIR date: the day as it was told, in whatever zone. */
export const dateOf = (text: string, { zone }: Pick<Sender, 'zone'>): string | undefined => timeOf(text, zone)?.date;
