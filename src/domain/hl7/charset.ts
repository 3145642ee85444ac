import { isAscii } from 'node:buffer';

/** The text, or nothing where a byte is none of the character set. */
export type Decode = (bytes: Uint8Array) => string | undefined;

/**
 * A character set by its name in HL7 table 0211 (MSH-18), or as senders spell it (`ISO-8859-1`, `UTF-8`); nothing for one that is not read: those of
 * several bytes a character but UTF-8, in which a delimiter's byte may be half a letter.
 */
export function charset(name: string): Decode | undefined {
  const key = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  if (key === 'ASCII' || key === 'USASCII' || key === 'ISOIR6') return ascii;
  if (key === 'UTF8' || key === 'UNICODEUTF8') return fatal('utf-8');
  const [, part] = /^(?:ISO)?8859([1-9]|1[0-5])$/.exec(key) ?? [];
  return part === undefined || part === '12' ? undefined : latin(part); // there is no part 12
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

const ascii: Decode = (bytes) => (isAscii(bytes) ? latin1(bytes) : undefined);

/**
 * ISO 8859 has nothing that can be printed at 0x80 to 0x9F: a text with such a byte is one of Windows under another's name. Without them Windows' sets,
 * as which the platform reads parts 1, 9 and 11, are ISO's own.
 */
function latin(part: string): Decode {
  const decode = fatal(`iso-8859-${part}`);
  return (bytes) => (/[\u0080-\u009F]/.test(latin1(bytes)) ? undefined : decode(bytes));
}

function fatal(label: string): Decode {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return undefined;
    }
  };
}
