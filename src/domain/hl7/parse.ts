import { Hl7Context, Hl7Segment } from '@medplum/core';
import { type Limits, LIMITS } from '../sources/limits.ts';
import { SourceRefused } from '../sources/refused.ts';
import { charset, type Decode } from './charset.ts';
import { type Delimiters, delimitersOf } from './delimiters.ts';
import { unescaped } from './escapes.ts';
import type { Field, Message, Segment } from './message.ts';

export interface ParseOptions {
  /** Of a message that declares none (MSH-18), by its name there. HL7's own default is ASCII, and few senders mean it. */
  charset?: string;
  limits?: Limits;
}

/**
 * One message from its bytes: segments that end with CR, as they should, or with LF or CRLF; the last may have no end.
 *
 * @throws SourceRefused
 */
export function parseMessage(bytes: Uint8Array, { charset: otherwise, limits = LIMITS }: ParseOptions = {}): Message {
  if (bytes.length > limits.messageBytes)
    throw new SourceRefused('message-too-large', `byte ${limits.messageBytes + 1}`);
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  const header = firstLine(body);
  if (!header.startsWith('MSH')) throw new SourceRefused('header-truncated', 'MSH');
  const delimiters = delimitersOf(header);
  const declared =
    header
      .split(delimiters.field)[17]
      ?.split(delimiters.repetition || '\0')[0]
      ?.trim() ?? '';
  const name = declared || (marked ? 'UTF-8' : (otherwise ?? 'ASCII'));
  const decode = charset(name);
  if (!decode) throw new SourceRefused('charset-unsupported', 'MSH-18');
  // Whatever MSH-18 says, a byte order mark is UTF-8's.
  const text = marked && decode(bytes.subarray(0, 3)) !== '\uFEFF' ? undefined : decode(body);
  if (text === undefined) throw new SourceRefused('charset-mismatch', 'MSH-18');
  const lines = text.split(/[\r\n]/).filter((line) => line !== '');
  if (lines.length > limits.segments) throw new SourceRefused('too-many-segments', `segment ${limits.segments + 1}`);
  return { segments: lines.map((line, n) => segmentOf(line, n + 1, { delimiters, decode, limits })) };
}

/** Whatever the character set, all up to MSH-18 is ASCII. */
function firstLine(bytes: Uint8Array): string {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('latin1');
}

interface Reading {
  delimiters: Delimiters;
  decode: Decode;
  limits: Limits;
}

function segmentOf(line: string, number: number, { delimiters, decode, limits }: Reading): Segment {
  const { field, encoding, component, repetition, escape, subcomponent } = delimiters;
  const at = `segment ${number}`;
  const name = line.slice(0, 3);
  if (!/^[A-Z][A-Z0-9]{2}$/.test(name) || (line.length > 3 && line.charAt(3) !== field))
    throw new SourceRefused('segment-malformed', at);
  if (name === 'MSH' && number > 1) throw new SourceRefused('header-repeated', at);
  if (/[^\P{Cc}\t]/u.test(line)) throw new SourceRefused('control-character', at);
  // MSH-1 and MSH-2 are the delimiters, and are not divided by themselves.
  const header = number === 1;
  const divided = header ? name + line.slice(4 + encoding.length) : line;
  const refuse = (code: SourceRefused['code'], n: number) =>
    new SourceRefused(code, `${at}, field ${header && n > 0 ? n + 2 : n}`);
  checkCounts(divided, delimiters, limits, refuse);
  // What is not declared is a character that is in no line.
  const context = new Hl7Context('\r', field, component, repetition || '\0', escape || '\0', subcomponent || '\0');
  const fields = Hl7Segment.parse(divided, context).fields.map(({ components: repeated }, n): Field => {
    if (repeated.length === 1 && repeated[0]?.length === 1 && repeated[0][0] === '') return [];
    const plain = (text: string) => unescaped(text, delimiters, decode, (code) => refuse(code, n));
    return repeated.map((components) => components.map((text) => text.split(subcomponent || '\0').map(plain)));
  });
  if (header) fields.splice(1, 0, [[[field]]], [[[encoding]]]);
  return { name, fields };
}

/** Before anything is made of them: a megabyte of delimiters would be a hundred of arrays. */
function checkCounts(
  line: string,
  { field, component, repetition, subcomponent }: Delimiters,
  limits: Limits,
  refuse: (code: SourceRefused['code'], field: number) => SourceRefused,
): void {
  let fields = 0;
  let [repetitions, components, subcomponents] = [1, 1, 1];
  for (const character of line)
    if (character === field) {
      if (++fields > limits.fields) throw refuse('too-many-fields', fields);
      repetitions = components = subcomponents = 1;
    } else if (character === repetition) {
      if (++repetitions > limits.repetitions) throw refuse('too-many-repetitions', fields);
      components = subcomponents = 1;
    } else if (character === component) {
      if (++components > limits.components) throw refuse('too-many-components', fields);
      subcomponents = 1;
    } else if (character === subcomponent && ++subcomponents > limits.subcomponents)
      throw refuse('too-many-subcomponents', fields);
}
