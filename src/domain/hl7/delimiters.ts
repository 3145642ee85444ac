import { SourceRefused } from '../sources/refused.ts';

/** What a message is divided by (MSH-1 and MSH-2). What it does not declare it does not use: `''`. */
export interface Delimiters {
  readonly field: string;
  /** MSH-2 as it stands. */
  readonly encoding: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
  /** Since v2.7: stands at the end of a value that was cut short. */
  readonly truncation: string;
}

/** Printable ASCII that can be in no segment's name and in no number. */
const DELIMITERS = /^[!-/:-@[-`{-~]+$/;

/** Those of a segment that declares its own: MSH, FHS, BHS. */
export function delimitersOf(header: string): Delimiters {
  const field = header.charAt(3);
  const encoding = field === '' ? '' : (header.slice(4).split(field, 1)[0] ?? '');
  if (encoding === '') throw new SourceRefused('header-truncated', field === '' ? 'MSH-1' : 'MSH-2');
  const all = field + encoding;
  if (encoding.length > 5 || !DELIMITERS.test(all) || new Set(all).size !== all.length)
    throw new SourceRefused('delimiters-malformed', 'MSH-2');
  const [component = '', repetition = '', escape = '', subcomponent = '', truncation = ''] = encoding;
  return { field, encoding, component, repetition, escape, subcomponent, truncation };
}
