import { deepStrictEqual, rejects } from 'node:assert/strict';
import { LIMITS } from '../../../src/domain/retail/limits.ts';
import { physicalLines } from '../../../src/domain/retail/physical-lines.ts';

describe('the lines of a byte stream', () => {
  it('end at a line feed, with or without a carriage return, and the last one at the end', async () => {
    deepStrictEqual(await texts(['a\nb\r\n\nc\rd']), ['a', 'b', '', 'c\rd']);
    deepStrictEqual(await texts(['a\r', '\nb\n']), ['a', 'b']);
    deepStrictEqual(await texts([]), []);
  });

  it('are the same however the stream is cut, also inside a character', async () => {
    const bytes = Buffer.from('\uFEFFnaïve,€\r\n😀\n');
    const oneByOne = Array.from(bytes, (byte) => Uint8Array.of(byte));
    deepStrictEqual(await texts(oneByOne), ['naïve,€', '😀']);
    deepStrictEqual(await texts([bytes]), ['naïve,€', '😀']);
  });

  it('are kept when the source uses one buffer for all its chunks', async () => {
    async function* reusing() {
      const buffer = Buffer.alloc(2);
      for (const part of ['ab', 'c\n', 'de']) {
        buffer.write(part);
        yield buffer;
      }
    }
    deepStrictEqual(
      (await all(reusing())).map(({ text }) => text),
      ['abc', 'de'],
    );
  });

  it('have U+FFFD where the bytes are no UTF-8', async () => {
    deepStrictEqual(await texts([Uint8Array.of(0x43, 0x41, 0x46, 0xc9, 0x0a)]), ['CAF\uFFFD']);
  });

  it('are whole however long they are and in however many pieces they come', async () => {
    const found = await all(from(['aaaa\r\n', 'bbbbb\n', 'bb', 'bbb', 'bbbb\r\nc\n']));
    deepStrictEqual(found, [
      { number: 1, text: 'aaaa', bytes: 4 },
      { number: 2, text: 'bbbbb', bytes: 5 },
      { number: 3, text: 'bbbbbbbbb', bytes: 9 },
      { number: 4, text: 'c', bytes: 1 },
    ]);
  });

  it('end with an error, which says the limit, when the file is over it', async () => {
    const lines = physicalLines(from(['a\n', 'b\n']), { ...LIMITS, fileBytes: 3 });
    await rejects(drain(lines), {
      name: 'RetailFileRefused',
      code: 'file-too-large',
      message: 'file-too-large: over 3 bytes',
    });
  });
});

async function* from(chunks: (Uint8Array | string)[]) {
  yield* chunks;
}

async function drain<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of source) found.push(item);
  return found;
}

const all = (source: AsyncIterable<Uint8Array | string>) => drain(physicalLines(source, LIMITS));

const texts = async (chunks: (Uint8Array | string)[]) => (await all(from(chunks))).map(({ text }) => text);
