import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { madeBai2, madeCamt } from '../../../src/domain/statements/made.ts';
import { readStatements } from '../../../src/domain/statements/read.ts';
import { found, inChunks } from './support.ts';

const bai2 = (entries: number): string => [...madeBai2({ seed: 1, entries })].join('');
const camt = (entries: number): string => [...madeCamt('camt.053.001.08', { seed: 1, entries })].join('');
const [BAI2, CAMT] = [bai2(500), camt(500)];

/** A source that remembers whether it was closed. */
function source(text: string) {
  const seen = { closed: false };
  async function* chunks() {
    try {
      yield* inChunks(text, 1_000);
    } finally {
      seen.closed = true;
    }
  }
  return { seen, chunks: chunks() };
}

describe('a file to read', () => {
  it('is told by its begin, blanks before it included, or by who gives it', async () => {
    for (const text of [bai2(20), camt(20).replace(/^<\?xml.*\?>/, ''), `\n \n${bai2(20)}`])
      strictEqual((await found(inChunks(text, 1))).events.length, 1 + 20 + 1);
    strictEqual((await found(inChunks(BAI2), { format: 'camt' })).refused?.code, 'not-well-formed');
    strictEqual((await found(inChunks(CAMT), { format: 'bai2' })).refused?.code, 'record-malformed');
    for (const text of ['Booked,Amount\n', ' '.repeat(100_000), 'x'])
      deepStrictEqual((await found(inChunks(text))).refused?.message, 'format-unknown: byte 1');
  });

  it('tells how far it was read, to its last byte, and no further than it was taken', async () => {
    for (const text of [BAI2, CAMT]) {
      const told: number[] = [];
      await found(inChunks(text, 1_000), { onProgress: (bytes) => told.push(bytes) });
      deepStrictEqual(
        told,
        told.toSorted((a, b) => a - b),
      );
      strictEqual(told.at(-1), Buffer.byteLength(text));
    }
  });

  it('is closed when it is refused, when it is no statement, and when nobody reads on', async () => {
    for (const text of [CAMT.replace('</Ntry>', '</Entry>'), BAI2.replace('\n16,', '\n17,'), 'x'.repeat(9_000)]) {
      const { seen, chunks } = source(text);
      await found(chunks);
      strictEqual(seen.closed, true);
    }
    const { seen, chunks } = source(CAMT);
    for await (const event of readStatements(chunks)) if (event.event === 'entry') break;
    strictEqual(seen.closed, true);
  });

  it('that breaks off is no refusal but the source’s own error', async () => {
    async function* broken() {
      yield Buffer.from(CAMT.slice(0, 9_000));
      throw new TypeError('connection reset');
    }
    await rejects(found(broken()), TypeError);
  });

  it('may be one chunk, however large: what is found in it is handed on before it is read to its end', async () => {
    let entries = 0;
    let bytes = 0;
    const text = CAMT;
    ok(text.length > 4 * 65_536);
    for await (const event of readStatements(inChunks(text), { onProgress: (told) => (bytes = told) })) {
      if (event.event === 'entry') entries += 1;
      if (entries === 200) break;
    }
    ok(bytes > 0 && bytes < text.length * 0.75, `${bytes} of ${text.length}`);
  });
});
