import type { Limits } from './limits.ts';
import { SourceRefused } from './refused.ts';

/**
 * A JSON file. Its shape is looked at before it is parsed: what is nested too deep would end whoever walks through it, and 30 MB of `[],[],` take 1.5 GB.
 *
 * @throws SourceRefused
 */
export function parseJson(bytes: Uint8Array, limits: Limits): unknown {
  if (bytes.length > limits.fhirBytes) throw new SourceRefused('file-too-large', `byte ${limits.fhirBytes + 1}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SourceRefused('not-utf8', 'file');
  }
  checkShape(text, limits);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SourceRefused('json-malformed', 'file'); // its message quotes the file
  }
  // What no JSON text may hold as it stands it may by its code: no text column takes a NUL, and half a surrogate pair is no character.
  if (/\\u(0000|d[89a-f])/i.test(text) && !isText(json)) throw new SourceRefused('control-character', 'file');
  return json;
}

/** Members and items are counted by what begins or divides them. */
function checkShape(text: string, limits: Limits): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at += 1)
    switch (text.charAt(at)) {
      case '"':
        at = endOfString(text, at);
        break;
      case '{':
      case '[':
        values += 1;
        if (++depth > limits.depth) throw new SourceRefused('too-deep', 'file');
        break;
      case ',':
        if (++values > limits.values) throw new SourceRefused('too-many-values', 'file');
        break;
      case '}':
      case ']':
        depth -= 1;
        break;
      default:
    }
}

function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function isText(json: unknown): boolean {
  if (typeof json === 'string') return !/[\0\p{Surrogate}]/u.test(json);
  if (typeof json !== 'object' || json === null) return true;
  return Object.entries(json).every(([name, value]) => isText(name) && isText(value));
}
