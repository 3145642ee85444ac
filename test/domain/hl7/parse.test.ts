import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { first, repetitions, segment } from '../../../src/domain/hl7/message.ts';
import { parseMessage } from '../../../src/domain/hl7/parse.ts';
import { LIMITS } from '../../../src/domain/sources/limits.ts';
import { bytes, header, parse, PID, refuses } from './support.ts';

const one = (text: string, ...others: string[]) => parse(header(), text, ...others).segments[1];

describe('a message', () => {
  it('is numbered as HL7 numbers it, the delimiters in MSH-1 and MSH-2', () => {
    const { segments } = parse(header(), PID);
    deepStrictEqual(segments[0]?.fields.slice(0, 5), [
      [[['MSH']]],
      [[['|']]],
      [[['^~\\&']]],
      [[['KIS']]],
      [[['NORDKLINIK']]],
    ]);
    strictEqual(first(segments[0], 10), 'M1');
    strictEqual(first(segments[1], 3, 4, 2), '1.2.276.0.76.4.9');
    deepStrictEqual(segments[1]?.fields[2], []);
  });

  it('has repetitions, components and subcomponents, empty ones where they stand', () => {
    deepStrictEqual(one('ZZZ|a~^b~c&&d|')?.fields, [[[['ZZZ']]], [[['a']], [[''], ['b']], [['c', '', 'd']]], []]);
    deepStrictEqual(repetitions(one('ZZZ|~a~^~b'), 1), [[['a']], [['b']]]);
  });

  it('keeps what no standard knows, and a segment of nothing but its name', () => {
    deepStrictEqual(
      parse(header(), 'ZPV|x', 'Z1A').segments.map(({ name, fields }) => [name, fields.length]),
      [['MSH', 13], ['ZPV', 2], ['Z1A', 1]],
    ); // prettier-ignore
  });

  it('keeps apart what is absent from what is explicitly nothing', () => {
    const found = one('ZZZ||""');
    deepStrictEqual([first(found, 1), first(found, 2), first(found, 9)], ['', '""', '']);
  });

  it('may be divided by anything that is printed and is no letter or number', () => {
    const { segments } = parse('MSH#*!$%#KIS#HAUS', 'PID#1##47*11!12%13$T$#|^~\\&');
    deepStrictEqual(segments[1]?.fields[3], [[['47'], ['11']], [['12', '13%']]]);
    strictEqual(first(segments[1], 4), '|^~\\&');
    deepStrictEqual(parse('MSH|^~|KIS', 'ZZZ|a\\T\\&b').segments[1]?.fields[1], [[['a\\T\\&b']]]); // neither is declared
  });

  it('may end its segments with CR, LF or CRLF, and its last with nothing', () => {
    const expected = parse(header(), PID);
    for (const end of ['\r', '\n', '\r\n', '\r\r\n'])
      for (const last of ['', end]) deepStrictEqual(parseMessage(Buffer.from(header() + end + PID + last)), expected);
  });

  it('that is none is refused where it stops to be one', () => {
    refuses('header-truncated: MSH', '');
    refuses('header-truncated: MSH', PID);
    refuses('header-truncated: MSH-1', 'MSH');
    refuses('header-truncated: MSH-2', 'MSH|');
    refuses('header-truncated: MSH-2', 'MSH||KIS');
    for (const encoding of ['^^\\&', 'ab', '^ ~', '^~\\&#*', '^~\u00a7&'])
      refuses('delimiters-malformed: MSH-2', `MSH|${encoding}|KIS`);
    refuses('header-repeated: segment 3', `${header()}\r${PID}\r${header()}`);
    for (const line of ['pid|1', 'PI', 'PID1|', 'P|D|', ' PID|1', 'and the text goes on', 'PID^1'])
      refuses('segment-malformed: segment 2', `${header()}\r${line}`);
    refuses('control-character: segment 2', `${header()}\rPID|\0`);
    refuses('control-character: segment 2', `${header()}\rPID|\u001b[2J`);
    strictEqual(first(one('ZZZ|a\tb'), 1), 'a\tb');
  });
});

describe('an escape', () => {
  const text = (value: string) => first(one(`NTE|1||${value}`), 3);

  it('stands for what it stands for', () => {
    strictEqual(text('\\F\\\\S\\\\T\\\\R\\\\E\\'), '|^&~\\');
    strictEqual(text('a\\.br\\b\\.sp2\\c\\.sp\\d\\.ce\\e'), 'a\nb\n\nc\nd\ne');
    strictEqual(text('a\\.sk3\\b\\.in+2\\c\\.ti-4\\\\.fi\\\\.nf\\d'), 'a   bcd');
    strictEqual(text('a \\H\\word\\N\\ of weight'), 'a word of weight');
    strictEqual(first(parse('MSH|^~\\&#|KIS', 'NTE|1||a\\P\\').segments[1], 3), 'a#');
  });

  it('that makes a delimiter does not divide', () => {
    deepStrictEqual(one('ZZZ|a\\S\\b^c\\T\\d\\R\\e')?.fields[1], [[['a^b'], ['c&d~e']]]);
  });

  it('of hexadecimal bytes is in the message’s own character set, also where it is cut in a character', () => {
    const utf8 = header({ 18: 'UNICODE UTF-8' });
    strictEqual(first(parse(utf8, 'NTE|1||\\XC3A4\\\\xc3\\\\X9F\\.').segments[1], 3), 'äß.');
    const latin2 = header({ 18: '8859/2' });
    strictEqual(first(parse(latin2, 'NTE|1||\\XB1\\').segments[1], 3), 'ą');
    refuses('charset-mismatch: segment 2, field 3', `${header()}\rNTE|1||\\XC3A4\\`); // ASCII
    refuses('charset-mismatch: segment 2, field 3', `${utf8}\rNTE|1||\\XC3\\`);
    refuses('control-character: segment 2, field 3', `${header()}\rNTE|1||\\X00\\`);
    refuses('control-character: segment 1, field 3', header({ 3: '\\X1B\\' }));
    strictEqual(text('a\\X0D0A\\b'), 'a\r\nb');
  });

  it('that is none stands as it stands', () => {
    for (const value of [
      'C:\\Users\\x',
      '\\',
      'a\\',
      '\\\\',
      '\\Zab\\',
      '\\X0\\',
      '\\XGG\\',
      '\\X\\',
      '\\.xx\\',
      '\\f\\',
      '\\P\\',
    ])
      strictEqual(text(value), value);
    strictEqual(text('C:\\dir\\T\\x'), 'C:\\dir&x');
    strictEqual(text('\\\\T\\\\'), '\\&\\'); // an escape within what is none
  });

  it('that changes the character set in the midst of a text is refused', () => {
    refuses('escape-unsupported: segment 2, field 3', `${header()}\rNTE|1||\\C2842\\`);
    refuses('escape-unsupported: segment 2, field 3', `${header()}\rNTE|1||\\M24403B\\`);
  });

  it('takes time in proportion to the text', () => {
    const long = '\\'.repeat(LIMITS.messageBytes / 2 - 100);
    const begun = process.cpuUsage().user;
    strictEqual(text(long), long);
    strictEqual(text('\\X41\\'.repeat(100_000)).length, 100_000);
    strictEqual((process.cpuUsage().user - begun) / 1e6 < 5, true);
  });

  it('of any text gives the text back', () => {
    const escaped = (value: string) =>
      value.replaceAll(
        /[|^~&\\]/g,
        (character) => `\\${{ '|': 'F', '^': 'S', '~': 'R', '&': 'T' }[character] ?? 'E'}\\`,
      );
    const utf8 = header({ 18: 'UNICODE UTF-8' });
    const printed = fc.string({ unit: fc.oneof(fc.constantFrom(...'|^~&\\FSTREX.br0'.split('')), fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' })) }); // prettier-ignore
    fc.assert(
      fc.property(
        printed.filter((value) => !/\p{Cc}/u.test(value)),
        (value) => strictEqual(first(parse(utf8, `ZZZ|${escaped(value)}`).segments[1], 1), value),
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a character set', () => {
  const in_ = (name: string, ...parts: (string | number[])[]) =>
    Buffer.concat([
      Buffer.from(`${header({ 18: name })}\rNTE|1||`),
      ...parts.map((part) => Buffer.from(part as string)),
    ]);
  const read = (name: string, byte: number[], options = {}) =>
    first(segment(parseMessage(in_(name, byte), options), 'NTE'), 3);

  it('is the one that MSH-18 declares', () => {
    for (const [name, byte, text] of [
      ['ASCII', [0x41], 'A'],
      ['8859/1', [0xe4, 0xff, 0xa4], 'äÿ¤'],
      ['8859/2', [0xb1, 0xe8], 'ąč'],
      ['8859/5', [0xb0, 0xef], 'Ая'],
      ['8859/7', [0xe1], 'α'],
      ['8859/8', [0xe0], 'א'],
      ['8859/9', [0xd0, 0xfd], 'Ğı'],
      ['8859/15', [0xa4, 0xe4], '€ä'],
      ['ISO-8859-1', [0xe4], 'ä'],
      ['UNICODE UTF-8', [0xe2, 0x82, 0xac], '€'],
      ['UTF-8', [0xf0, 0x9f, 0x92, 0x89], '💉'],
      ['8859/1~ISO IR87', [0xe4], 'ä'],
    ] as const)
      strictEqual(read(name, [...byte]), text, name);
  });

  it('is the source’s where none is declared, ASCII where it has none, and UTF-8 behind a byte order mark', () => {
    strictEqual(read('', [0xe4], { charset: '8859/1' }), 'ä');
    strictEqual(read('UNICODE UTF-8', [0xc3, 0xa4], { charset: '8859/1' }), 'ä');
    refuses('charset-mismatch: MSH-18', in_('', [0xc3, 0xa4]));
    const marked = parseMessage(Buffer.concat([Buffer.from('\uFEFF'), in_('', [0xc3, 0xa4])]));
    strictEqual(first(segment(marked, 'NTE'), 3), 'ä');
  });

  it('with a byte that it has not is refused, as one is that is not read', () => {
    refuses('charset-mismatch: MSH-18', in_('ASCII', [0xe4]));
    refuses('charset-mismatch: MSH-18', in_('UNICODE UTF-8', [0xe4]));
    refuses('charset-mismatch: MSH-18', in_('UNICODE UTF-8', [0xed, 0xa0, 0x80])); // half a surrogate pair
    refuses('charset-mismatch: MSH-18', in_('8859/1', [0x80])); // Windows' euro
    refuses('charset-mismatch: MSH-18', in_('8859/7', [0xff]));
    refuses('charset-mismatch: MSH-18', Buffer.concat([Buffer.from('\uFEFF'), in_('8859/1', [0x41])]));
    for (const name of ['UNICODE', 'UNICODE UTF-16', 'GB 18030-2000', '8859/12', '8859/16', 'ISO IR87', 'constructor'])
      refuses('charset-unsupported: MSH-18', in_(name));
  });
});

describe('the limits of a message', () => {
  it('are kept to the last one that is within', () => {
    const limits = { ...LIMITS, segments: 3, fields: 3, repetitions: 3, components: 3, subcomponents: 3 };
    const read = (...lines: string[]) => parseMessage(bytes('MSH|^~\\&|KIS', ...lines), { limits });
    const within = read('ZZZ|a~b~c|a^b^c|a&b&c', 'ZZZ|a^b^c~d^e^f|a&b&c^d&e&f|');
    deepStrictEqual(within.segments.map(({ fields }) => fields.length), [4, 4, 4]); // prettier-ignore
    const refused = (reason: string, ...lines: string[]) =>
      refuses(reason, bytes('MSH|^~\\&|KIS', ...lines), { limits });
    refused('too-many-segments: segment 4', 'ZZZ', 'ZZZ', 'ZZZ');
    refused('too-many-fields: segment 3, field 4', 'ZZZ', 'ZZZ|a|b|c|');
    refused('too-many-repetitions: segment 2, field 2', 'ZZZ|a|~~~');
    refused('too-many-components: segment 2, field 1', 'ZZZ|a~^^^');
    refused('too-many-subcomponents: segment 2, field 1', 'ZZZ|a^&&&');
    refuses('too-many-components: segment 1, field 4', 'MSH|^~\\&|KIS|^^^', { limits });
    const length = bytes('MSH|^~\\&|KIS').length;
    strictEqual(
      parseMessage(bytes('MSH|^~\\&|KIS'), { limits: { ...LIMITS, messageBytes: length } }).segments.length,
      1,
    );
    refuses(`message-too-large: byte ${length}`, bytes('MSH|^~\\&|KIS'), {
      limits: { ...LIMITS, messageBytes: length - 1 },
    });
  });
});
