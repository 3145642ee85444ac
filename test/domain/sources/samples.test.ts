import { strictEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { SAMPLES } from '../statements/sample-table.ts';
import { outcomes, outcomeTable } from './outcomes.ts';

const there = existsSync(SAMPLES);
const absent = there ? '' : ' (SKIPPED: ../shared/data is absent)';

(there ? describe : describe.skip)(`what sources really send${absent}`, () => {
  it('comes to what the table says, every file', async () => {
    const told = readFileSync(new URL('outcomes.md', import.meta.url), 'utf8');
    strictEqual(`${await outcomeTable()}\n`, told, 'print it: npx tsx test/domain/sources/print-outcomes.ts');
  });

  it('is all there: nothing that a file holds is neither integrated nor kept', async () => {
    const found = await outcomes();
    const held = ({ integrated, kept }: (typeof found)[number]) =>
      [...Object.values(integrated), ...Object.values(kept)].reduce((sum, count) => sum + count, 0);
    for (const outcome of found) {
      const text = readFileSync(new URL(outcome.file, SAMPLES), 'utf8');
      const entries = text.match(/"fullUrl"/g)?.length ?? 1;
      const messages = text.match(/^\uFEFF?MSH/gm)?.length;
      strictEqual(held(outcome), outcome.file.startsWith('hl7v2/') ? messages : entries, outcome.file);
    }
  });
});
