import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict';
import fc from 'fast-check';
import {
  madeBai2,
  madeCamt,
  madeEvents,
  type MadeFormat,
  type MadeOptions,
} from '../../../src/domain/statements/made.ts';
import { readStatements } from '../../../src/domain/statements/read.ts';
import { found, inChunks } from './support.ts';

const FORMATS: readonly MadeFormat[] = ['camt.053.001.02', 'camt.053.001.08', 'bai2'];

const file = (format: MadeFormat, options: MadeOptions): Generator<string> =>
  format === 'bai2' ? madeBai2(options) : madeCamt(format, options);

async function* bytesOf(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

describe('a made file', () => {
  for (const format of FORMATS) {
    it(`as ${format} is read as what was made, whatever the seed, the size, the currency and the chunks`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            seed: fc.nat(1_000_000),
            entries: fc.nat(40),
            statements: fc.integer({ min: 1, max: 4 }),
            currency: fc.constantFrom('EUR', 'JPY', 'BHD', 'CLF'),
          }),
          fc.integer({ min: 1, max: 5_000 }),
          async (options, size) => {
            const { events, refused } = await found(inChunks([...file(format, options)].join(''), size));
            strictEqual(refused, undefined);
            deepStrictEqual(events, [...madeEvents(format, options)]);
          },
        ),
        { numRuns: 60 },
      );
    });

    it(`as ${format} is the same for the same seed, and another for another`, () => {
      const text = (seed: number) => [...file(format, { seed, entries: 20 })].join('');
      strictEqual(text(7), text(7));
      ok(text(7) !== text(8));
    });
  }

  it('has every case: reversals, pending, batches, no reference, ids that repeat, amounts above 2^53', () => {
    const entries = [...madeEvents('camt.053.001.08', { seed: 1, entries: 3_000 })].flatMap((event) =>
      event.event === 'entry' ? [event.entry] : [],
    );
    ok(entries.some(({ reversal }) => reversal));
    ok(entries.some(({ status }) => status === 'pending'));
    ok(entries.some(({ details }) => details.length > 1));
    ok(entries.some(({ servicerReference }) => servicerReference === null));
    ok(entries.some(({ amountMinor }) => !Number.isSafeInteger(Number(amountMinor))));
    const ids = entries.map(({ details }) => details[0]?.references[0]?.value);
    ok(new Set(ids).size < ids.length / 10);
  });

  it('is made in a currency that is known', () => {
    throws(() => [...madeEvents('bai2', { seed: 1, entries: 1, currency: 'XXX' })], RangeError);
  });
});

describe('a file with one wrong digit', () => {
  for (const format of FORMATS)
    it(`as ${format} is refused: some amount, balance or total does not add up any more`, async () => {
      const text = [...file(format, { seed: 3, entries: 30 })].join('');
      const amounts =
        format === 'bai2' ? /^(?:16,\d+|03,[^,]*,,\d+|49),(\d+)/gm : /<(?:Bal>.*?|Ntry>)<Amt Ccy="EUR">([\d.]+)/g;
      let changed = 0;
      for (const { index, 0: all } of text.matchAll(amounts)) {
        const at = index + all.length - 1;
        const digit = text.charAt(at) === '9' ? '0' : `${Number(text.charAt(at)) + 1}`;
        const pending = format !== 'bai2' && /^[^]*?<\/Sts>/.exec(text.slice(at))?.[0].includes('PDNG');
        const { refused } = await found(inChunks(text.slice(0, at) + digit + text.slice(at + 1)));
        strictEqual(refused?.code, pending ? undefined : format === 'bai2' ? 'control-total' : 'not-adding-up');
        changed += 1;
      }
      ok(changed > 30);
    });
});

describe('a file of 100,000 entries', () => {
  // Garbage is let lie until it is collected, so the heap is measured after a collection, at every tenth of the file.
  const collect = (globalThis as { gc?: () => void }).gc;
  for (const format of ['camt.053.001.08', 'bai2'] as const)
    it(`as ${format} is read in memory that does not grow with it`, async function () {
      this.timeout(120_000);
      const gc = collect ?? (await exposedGc());
      const options: MadeOptions = { seed: 5, entries: 100_000 };
      const held: number[] = [];
      let entries = 0;
      for await (const event of readStatements(bytesOf(file(format, options)))) {
        if (event.event !== 'entry') continue;
        entries += 1;
        if (entries % 10_000 !== 0) continue;
        gc();
        held.push(process.memoryUsage().heapUsed);
      }
      strictEqual(entries, 100_000);
      const growth = Math.max(...held) - (held[0] ?? 0);
      ok(growth < 4 * 1024 * 1024, `${Math.round(growth / 1024)} KB from the first tenth to the most`);
    });
});

async function exposedGc(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
