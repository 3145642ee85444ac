import { createHmac } from 'node:crypto';
import type { FhirResource } from 'fhir/r4.js';
import { mapMessage, type Mapped } from '../../../../src/domain/fhir/v2/map.ts';
import type { Sender } from '../../../../src/domain/fhir/v2/source.ts';
import type { Message } from '../../../../src/domain/hl7/message.ts';
import { parseMessage } from '../../../../src/domain/hl7/parse.ts';
import { zoneNamed } from '../../../../src/domain/instants.ts';

const zone = zoneNamed('Etc/UTC');
if (zone === undefined) throw new Error('no UTC');

export const sender: Sender = {
  zone,
  facility: 'F',
  idOf: (parts) => createHmac('sha256', 'k').update(JSON.stringify(parts)).digest('hex').slice(0, 32),
};

/** Segments, MSH before them when they begin with another. */
export const message = (...segments: string[]): Message =>
  parseMessage(
    Buffer.from(
      [...(segments[0]?.startsWith('MSH') ? [] : ['MSH|^~\\&|A|F|||20200101||ORU^R01|1|P|2.5.1']), ...segments].join(
        '\r',
      ),
    ),
    { charset: 'UNICODE UTF-8' },
  );

export const map = (segments: readonly string[], by: Partial<Sender> = {}): Mapped =>
  mapMessage(message(...segments), { ...sender, ...by });

export const PID = 'PID|||1^^^A^MR||Family';

/** Fields by their number, as a segment. */
export function segment(name: string, fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_, at) => fields[at + 1] ?? '')].join('|');
}

/** What stands at a path (`name[0].family`). */
export const at = (value: unknown, path: string): unknown =>
  path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .reduce<unknown>((within, key) => (within as Record<string, unknown> | undefined)?.[key], value);

export const only = <T extends FhirResource['resourceType']>(
  { resources }: Mapped,
  type: T,
): Extract<FhirResource, { resourceType: T }> | undefined =>
  resources.find((resource): resource is Extract<FhirResource, { resourceType: T }> => resource.resourceType === type);
