import { strictEqual, throws } from 'node:assert/strict';
import type { Message } from '../../../src/domain/hl7/message.ts';
import { parseMessage, type ParseOptions } from '../../../src/domain/hl7/parse.ts';
import { type Piece, readMessages, type ReadOptions } from '../../../src/domain/hl7/read.ts';
import { messageOf, type NotIntegrated, type Told } from '../../../src/domain/hl7/told.ts';
import { type Zone, zoneNamed } from '../../../src/domain/instants.ts';
import { inChunks } from '../statements/support.ts';

export function zone(name: string): Zone {
  const found = zoneNamed(name);
  if (!found) throw new RangeError(name);
  return found;
}
export const BERLIN = zone('Europe/Berlin');

/** MSH, with other fields put in: `{ 9: 'ADT^A08' }`. */
export function header(fields: Readonly<Record<number, string>> = {}): string {
  const usual = [
    'MSH',
    '|',
    '^~\\&',
    'KIS',
    'NORDKLINIK',
    'HUB',
    'HAUS',
    '20240301083000',
    '',
    'ADT^A01',
    'M1',
    'P',
    '2.5.1',
  ];
  for (const [n, text] of Object.entries(fields)) {
    while (usual.length <= Number(n)) usual.push('');
    usual[Number(n)] = text;
  }
  return `MSH|${usual.slice(2).join('|')}`;
}

export const PID = 'PID|1||4711^^^NORDKLINIK&1.2.276.0.76.4.9&ISO^MR||Quastenflosser^Ottilie||19610230|F';

export const bytes = (...lines: string[]): Buffer => Buffer.from(lines.map((line) => `${line}\r`).join(''));
export const parse = (...lines: string[]): Message => parseMessage(bytes(...lines));
export const told = (...lines: string[]): Told | NotIntegrated => messageOf(parse(...lines), { zone: BERLIN });

/** One that is integrated. */
export function integrated(...lines: string[]): Told {
  const message = told(...lines);
  if (!message.integrated) throw message.refused;
  return message;
}

/** That it is kept, and goes no further, for this reason. */
export function notIntegrated(reason: string, ...lines: string[]): void {
  const message = told(...lines);
  strictEqual(message.integrated ? 'integrated' : message.refused.message, reason);
}

export function refuses(reason: string, text: string | Uint8Array, options?: ParseOptions): void {
  throws(() => parseMessage(Buffer.from(text), options), { name: 'SourceRefused', message: reason });
}

export async function pieces(text: string | Uint8Array, size?: number, options?: ReadOptions): Promise<Piece[]> {
  const found: Piece[] = [];
  for await (const piece of readMessages(inChunks(text, size), options)) found.push(piece);
  return found;
}

/** A piece in one word: the control id of a message, or why it is none. */
export const inShort = ({ message, refused }: Piece): string =>
  message ? (message.segments[0]?.fields[10]?.[0]?.[0]?.[0] ?? '') : `${refused.code} at ${refused.at}`;
