import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { parseMessage } from '../../../src/domain/hl7/parse.ts';
import { readMessages } from '../../../src/domain/hl7/read.ts';
import { LIMITS } from '../../../src/domain/sources/limits.ts';
import { bytes, header, inShort, PID, pieces } from './support.ts';

const message = (id: string, ...others: string[]) => bytes(header({ 10: id }), PID, ...others).toString();
const found = async (text: string | Uint8Array, size?: number) => (await pieces(text, size)).map(inShort);
const framed = (text: string) => `\u000b${text}\u001c\r`;

describe('a file of messages', () => {
  it('may hold one or many, whatever ends their lines and stands between them', async () => {
    const text = message('A') + message('B', 'NTE|1||MSH') + message('C');
    for (const file of [
      text,
      text.replaceAll('\r', '\n'),
      text.replaceAll('\r', '\r\n'),
      `\r\n\n${text}\r\n`,
      text.trimEnd(),
    ])
      deepStrictEqual(await found(file), ['A', 'B', 'C']);
    deepStrictEqual(await found(`\uFEFF${message('A')}\uFEFF${message('B')}`), ['A', 'B']);
    deepStrictEqual(await found(''), []);
    deepStrictEqual(await found('\r\n\u000b\u001c\r'), []);
  });

  it('may frame each as it came by the wire', async () => {
    deepStrictEqual(await found(framed(message('A')) + framed(message('B').trimEnd()) + message('C')), ['A', 'B', 'C']);
    deepStrictEqual(await found(framed(`FHS|^~\\&\rBHS|^~\\&\r${message('A')}${message('B')}BTS|2\rFTS|1\r`)), [
      'A',
      'B',
    ]);
  });

  it('gives each as it stands, with its place, and is told again by its bytes alone', async () => {
    const text = `${message('A')}\r\n\n${message('B').replaceAll('\r', '\r\n')}rubbish|x\r${framed(message('C').trimEnd())}`;
    const read = await pieces(text);
    strictEqual(read.length, 3);
    for (const { from, to, bytes: body, message: told } of read) {
      if (!body) throw new RangeError('no bytes');
      // but for what frames it and the LF of the last CRLF
      strictEqual(text.slice(from, to).replace('\u001c', '').replace(/\r\n$/, '\r'), body.toString());
      if (told) deepStrictEqual(parseMessage(body), told);
    }
    deepStrictEqual(read.map(inShort), ['A', 'segment-malformed at segment 3', 'C']);
  });

  it('loses nothing: what stands in no piece is empty lines, frames and batches’ own', async () => {
    const part = fc.constantFrom(message('A'), framed(message('B')), 'rubbish\r', '\r', '\n', '\u000b', '\u001c', 'MSH', 'MSH|^~\\&|', '\0', 'PID|1\r', '\uFEFF'); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(part), fc.integer({ min: 1, max: 50 }), async (parts, size) => {
        const text = parts.join('');
        const at_once = await pieces(text);
        deepStrictEqual(await pieces(text, size), at_once);
        let outside = '';
        let end = 0;
        const all = Buffer.from(text);
        for (const { from, to } of at_once) {
          ok(from >= end && to > from);
          outside += all.subarray(end, from).toString();
          end = to;
        }
        outside += all.subarray(end).toString();
        strictEqual(
          outside.split('').every((character) => '\r\n\u000b\u001c'.includes(character)),
          true,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('costs nobody else anything when one is none', async () => {
    const broken = [
      ['MSH\r', 'header-truncated at MSH-1'],
      ['MSH|^~\\&|KIS\rno segment\r', 'segment-malformed at segment 2'],
      [message('X').replace('Ottilie', 'Ott\0lie'), 'control-character at segment 2'],
      [`${header({ 18: 'UNICODE UTF-16' })}\r`, 'charset-unsupported at MSH-18'],
    ] as const;
    for (const [text, reason] of broken)
      deepStrictEqual(await found(`${message('A')}${text}${message('B')}`), ['A', reason, 'B']);
    deepStrictEqual(await found(`\ufffe rubbish\nmore of it\n${message('B')}`), ['outside-a-message at byte 1', 'B']);
    deepStrictEqual(await found(`${framed(message('A'))}between\r${framed(message('B'))}`), [
      'A',
      `outside-a-message at byte ${framed(message('A')).length + 1}`,
      'B',
    ]);
  });

  it('knows by its frame that a message was cut off, and that what looks like another is within', async () => {
    deepStrictEqual(await found(`\u000b${message('A')}`), ['frame-open at byte 2']);
    deepStrictEqual(await found(`\u000b${message('A')}${framed(message('B'))}`), ['frame-open at byte 2', 'B']);
    deepStrictEqual(await found(framed(`${message('A')}MSH|^~\\&|in a text`)), ['header-repeated at segment 3']);
  });

  it('keeps in memory no more of a message than it may have, and goes on behind it', async () => {
    const limits = { ...LIMITS, messageBytes: 400 };
    for (const large of [
      message('X', `OBX|1|TX|||${'x'.repeat(400)}`),
      message('X', ...Array<string>(40).fill('NTE|1||abcd')),
      header({ 3: 'x'.repeat(400) }),
    ]) {
      const read = await pieces(`${message('A')}${large}\r${message('B')}`, 7, { limits });
      deepStrictEqual(read.map(inShort), ['A', `message-too-large at byte ${message('A').length + 1}`, 'B']);
      strictEqual(read[1]?.bytes, null);
    }
    const endless = async function* () {
      yield bytes(header());
      for (let n = 0; n < 2_000; n += 1) yield Buffer.alloc(64 * 1024, 'x'); // 128 MB without an end
    };
    const before = process.memoryUsage().arrayBuffers;
    for await (const { refused, bytes: body } of readMessages(endless()))
      deepStrictEqual([refused?.code, body], ['message-too-large', null]);
    ok(process.memoryUsage().arrayBuffers - before < 64 * 1024 * 1024);
  });

  it('tells how far it was read', async () => {
    const told: number[] = [];
    const text = message('A') + message('B');
    await pieces(text, 10, { onProgress: (at) => told.push(at) });
    deepStrictEqual(told, told.toSorted((a, b) => a - b)); // prettier-ignore
    strictEqual(told.at(-1), text.length);
  });
});

describe('a batch', () => {
  const [FHS, BHS] = ['FHS|^~\\&|KIS\r', 'BHS|^~\\&|KIS\r'];
  const [A, B] = [message('A'), message('B')];

  it('that counts as it says, or says nothing, is its messages', async () => {
    for (const text of [
      `${FHS}${BHS}${A}${B}BTS|2\r${BHS}${A}BTS|1|as it was\rFTS|2\r`,
      `${BHS}${A}${B}BTS\r${A}`,
      `${BHS}${A}${B}BTS||no count\r${BHS}${A}BTS|1\r`,
      `${FHS}${A}${B}${A}FTS\r`,
    ])
      deepStrictEqual(await found(text), ['A', 'B', 'A']);
    deepStrictEqual(await found('BHS#^~\\&#KIS\rBTS#0#none\r'), []);
  });

  it('counts a message that is refused', async () => {
    deepStrictEqual(await found(`${BHS}${A}MSH|\rBTS|2\r`), ['A', 'header-truncated at MSH-2']);
  });

  it('that is not whole gives what came, and a piece that says so', async () => {
    const at = (text: string) => text.length + 1;
    deepStrictEqual(await found(`${BHS}${A}BTS|2\r`), ['A', `batch-count at byte ${at(BHS + A)}`]);
    deepStrictEqual(await found(`${FHS}${BHS}${A}BTS|1\rFTS|2\r`), [
      'A',
      `batch-count at byte ${at(`${FHS}${BHS}${A}BTS|1\r`)}`,
    ]);
    deepStrictEqual(await found(`${BHS}${A}BTS|one\r`), ['A', `batch-count at byte ${at(BHS + A)}`]);
    deepStrictEqual(await found(`${FHS}${BHS}${A}`), ['A', `batch-open at byte ${at(FHS)}`, 'batch-open at byte 1']);
    deepStrictEqual(await found(`${BHS}${A}${BHS}${B}BTS|1\r`), ['A', 'batch-open at byte 1', 'B']);
    deepStrictEqual(await found(`${FHS}${BHS}${A}FTS|1\r`), ['A', `batch-open at byte ${at(FHS)}`]);
    deepStrictEqual(await found(`${FHS}${A}${FHS}${B}FTS\r`), ['A', 'batch-open at byte 1', 'B']);
    deepStrictEqual(await found(`BTS|1\r${A}FTS|1\r`), [
      'batch-out-of-order at byte 1',
      'A',
      `batch-out-of-order at byte ${at(`BTS|1\r${A}`)}`,
    ]);
  });
});
