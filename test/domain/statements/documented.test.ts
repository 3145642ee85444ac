import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { LIMITS } from '../../../src/domain/statements/limits.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/statements.md', () => {
  it('tells every limit as it is', () => {
    const page = read('docs/statements.md');
    const told = (limit: number) =>
      limit === 4 * 1024 ** 3 ? '4 GiB' : limit.toLocaleString('en-GB', { maximumFractionDigits: 0 });
    deepStrictEqual(
      Object.entries(LIMITS).filter(([name, limit]) => !page.includes(`| \`${name}\` | ${told(limit)} |`)),
      [],
    );
  });

  it('tells every refusal, and none that there is not', () => {
    const codes = (text: string, pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, code]) => code ?? '').toSorted();
    const refusals = codes(read('src/domain/statements/refused.ts'), /^ {2}\| '([a-z0-9-]+)'/gm);
    const table = read('docs/statements.md').split('## Refusals')[1]?.split('\n## ')[0] ?? '';
    const firstColumns = table.split('\n').map((row) => row.split('|')[1] ?? '').join(); // prettier-ignore
    deepStrictEqual(codes(firstColumns, /`([a-z0-9-]+)`/g), refusals);
  });
});
