import type { HumanName } from 'fhir/r4.js';
import { having, type Rule } from './rule.ts';
import { capitalised, inOneCase, tidied, tidy } from './text.ts';

/** How titles are written; the key is without dots and case. */
const PREFIXES = new Map(
  ['Mr.', 'Mrs.', 'Ms.', 'Miss', 'Dr.', 'Prof.', 'Rev.'].map((prefix) => [
    prefix.replace('.', '').toLowerCase(),
    prefix,
  ]),
);
/** Generations, which nobody is called by alone, and so are taken out of a name. */
const GENERATIONS = new Map([
  ['jr', 'Jr.'],
  ['sr', 'Sr.'],
  ['ii', 'II'],
  ['iii', 'III'],
  ['iv', 'IV'],
]);
/** Degrees are only written alike where the source says that they are suffixes: some of them are names (Do, Ma). */
const SUFFIXES = new Map([
  ...GENERATIONS,
  ['v', 'V'],
  ['md', 'MD'],
  ['do', 'DO'],
  ['phd', 'PhD'],
  ['rn', 'RN'],
  ['dds', 'DDS'],
  ['pharmd', 'PharmD'],
  ['esq', 'Esq.'],
]);
const bare = (word: string): string => word.replaceAll(/[.,]/g, '').toLowerCase();

/** Unicode, spaces and empty parts. A name of which nothing is left is dropped. */
const text: Rule<HumanName> = {
  name: 'name.text',
  version: 1,
  apply(name) {
    const parts = (key: 'given' | 'prefix' | 'suffix'): string[] | undefined =>
      // Primitive extensions stand in a list of their own, by position: then no position may go.
      name[`_${key}`] ? name[key] : name[key]?.map(tidy).filter((part) => part !== '');
    const next = having(name, {
      text: tidied(name.text),
      family: tidied(name.family),
      given: parts('given'),
      prefix: parts('prefix'),
      suffix: parts('suffix'),
    });
    const says = next.family ?? next.given ?? next.text ?? next._family ?? next._given ?? next._text ?? next.extension;
    return says === undefined ? undefined : next;
  },
};

/**
 * Titles and generations stand where FHIR has a place for them, and are written alike: `Dr Ann` is the title `Dr.` and the
 * given name `Ann`; `Smith, JR` has the suffix `Jr.`.
 */
const affixes: Rule<HumanName> = {
  name: 'name.affixes',
  version: 1,
  apply(name) {
    if (name._given || name._prefix || name._suffix) return name;
    const given = [...(name.given ?? [])];
    const prefix = (name.prefix ?? []).map((word) => PREFIXES.get(bare(word)) ?? word);
    const suffix = (name.suffix ?? []).map((word) => SUFFIXES.get(bare(word)) ?? word);
    let family = name.family;
    for (let found = before(given[0]); found; found = before(given[0])) {
      given[0] = found.rest;
      prefix.push(found.written);
    }
    for (let found = after(family); found; found = after(family)) {
      family = found.rest;
      suffix.unshift(found.written);
    }
    for (let found = after(given.join('\n')); found; found = after(given.join('\n'))) {
      given.splice(0, given.length, ...found.rest.split('\n'));
      suffix.unshift(found.written);
    }
    return having(name, { family, given, prefix: [...new Set(prefix)], suffix: [...new Set(suffix)] });
  },
};

interface Affix {
  readonly rest: string;
  readonly written: string;
}

function before(text = ''): Affix | undefined {
  const [, word = '', rest = ''] = /^(\p{L}+\.?) (.+)$/u.exec(text) ?? [];
  const written = PREFIXES.get(bare(word));
  return written === undefined ? undefined : { rest, written };
}

function after(text = ''): Affix | undefined {
  const [, rest = '', word = ''] = /^(.*[^\s,])[\s,]+(\p{L}+\.?),?$/su.exec(text) ?? [];
  const written = GENERATIONS.get(bare(word));
  return written === undefined ? undefined : { rest, written };
}

/**
 * A name typed in one case is written as names are: `O'BRIEN-MCDONALD` is `O'Brien-McDonald`. What has both cases is left
 * to its owner, and particles (`VAN DER BERG`) become `Van Der Berg`: which of them are small is theirs to say.
 */
const casing: Rule<HumanName> = {
  name: 'name.case',
  version: 1,
  apply: (name) =>
    having(name, {
      family: name.family === undefined ? undefined : asNames(name.family),
      given: name._given ? name.given : name.given?.map(asNames),
    }),
};

const asNames = (text: string): string =>
  inOneCase(text)
    ? text.replaceAll(/\p{L}[\p{L}\p{M}]*/gu, (word, at: number) => {
        // After an apostrophe a new word begins only when what is before it is a single letter: O'Brien, and Sha'ron.
        if (/\p{L}\p{M}*\p{L}[\p{L}\p{M}]*['’]$/u.test(text.slice(0, at).toUpperCase())) return word.toLowerCase();
        const [, rest] = /^mc(\p{L}{3,})$/iu.exec(word) ?? [];
        return rest === undefined ? capitalised(word) : `Mc${capitalised(rest)}`;
      })
    : text;

/** Nicknames are not touched: Bill may be called Bill. */
export const NAME_RULES: readonly Rule<HumanName>[] = [text, affixes, casing];
