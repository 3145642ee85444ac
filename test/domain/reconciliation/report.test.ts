import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { csvOf, htmlOf } from '../../../src/domain/reconciliation/report.ts';
import type { Result, ShownItem } from '../../../src/domain/reconciliation/result.ts';

const item = (id: string, amountMinor: string, over: Partial<ShownItem> = {}): ShownItem => ({
  id,
  amountMinor,
  currency: 'GBP',
  date: '2026-01-05',
  references: [`ref ${id}`],
  ...over,
});
const explained = { id: 'd-2', kind: 'explain', actor: 'cara', approver: null, reason: 'their mistake' } as const;
const result: Result = {
  account: 'GB-1',
  ledgerAccount: 'nostro',
  period: '2026-01',
  statements: [
    {
      id: 'S-1',
      edition: 2,
      source: 'camt.053.001.08',
      day: '2026-01-05',
      currency: 'GBP',
      openingMinor: '100000',
      closingMinor: '97500',
      addingUp: 'adds-up',
      continuity: 'gap',
    },
  ],
  matches: [
    {
      rung: 'group',
      differenceMinor: '0',
      statement: [item('a', '-2500')],
      ledger: [item('x', '-500'), item('y', '-2000')],
    },
    {
      rung: 'fees',
      differenceMinor: '-150',
      statement: [item('d', '9850')],
      ledger: [item('w', '10000')],
    },
    {
      rung: 'decided',
      differenceMinor: '0',
      statement: [item('e', '-75')],
      ledger: [item('v', '-75')],
      decision: { id: 'd-1', kind: 'write-off', actor: 'ann', approver: 'bob', reason: 'a <fee>' },
    },
  ],
  breaks: [
    {
      side: 'statement',
      kind: 'not-in-ledger',
      ageDays: 3,
      item: item('b', '-300', { references: ['=1+2', 'a,"b"'] }),
      candidates: [],
    },
    { side: 'ledger', kind: 'amount-differs', ageDays: 9, item: item('z', '-700'), candidates: [item('b', '-300')] },
    { side: 'statement', kind: 'explained', ageDays: 1, item: item('<c>', '100'), candidates: [], decision: explained },
  ],
  lapsed: [{ id: 'd-3', kind: 'match', actor: 'ann', approver: null, reason: 'the same invoice' }],
};

describe('a report of a reconciliation', () => {
  it('is a CSV with every item once', () => {
    const rows = parse(csvOf(result), { columns: true }) as Record<string, string>[];
    assert.deepEqual(
      rows.map(({ state, group, side, amount_minor: amount, id, decision }) =>
        [state, group, side, amount, id, decision].join(' '),
      ),
      [
        'matched 1 statement -2500 a ',
        'matched 1 ledger -500 x ',
        'matched 1 ledger -2000 y ',
        'matched 2 statement 9850 d ',
        'matched 2 ledger 10000 w ',
        'matched 3 statement -75 e d-1',
        'matched 3 ledger -75 v d-1',
        'open  statement -300 b ',
        'open  ledger -700 z ',
        'decided  statement 100 <c> d-2',
      ],
    );
    assert.equal(rows[7]!['references'], `'=1+2 a,"b"`, 'no cell is a formula');
  });

  it('is a page that tells what waits for a person, the oldest first, who decided what, and runs nothing that anybody has written', () => {
    const page = htmlOf({ ...result, account: '<script>alert(1)</script>' });
    assert.ok(!page.includes('<script'));
    assert.match(page, /4 things wait for a person/);
    assert.match(page, /write-off d-1 by ann, bob: a &lt;fee&gt;/);
    assert.match(page, /explain d-2 by cara: their mistake/);
    assert.match(page, /<td>match d-3<\/td><td>ann<\/td><td>the same invoice<\/td>/);
    assert.match(
      page,
      /<tr><td>fees<\/td><td>GBP<\/td><td class="amount">1<\/td><td class="amount">98\.50 GBP<\/td><td class="amount">100\.00 GBP<\/td>/,
    );
    assert.ok(page.indexOf('amount-differs') < page.indexOf('not-in-ledger'));
    assert.match(page, /<td class="amount">-3\.00 GBP<\/td>/);
    assert.match(page, /<td>gap<\/td>/);
    assert.match(htmlOf({ ...result, breaks: [], matches: [], lapsed: [] }), /Everything is matched or decided/);
  });

  it('leaves the rows that no page can hold to the CSV', () => {
    const many = Array.from({ length: 1_200 }, (_, i) => ({ ...result.breaks[0]!, item: item(`m${i}`, '1') }));
    const page = htmlOf({ ...result, breaks: many });
    assert.match(page, /… and 200 more, which the CSV has/);
    assert.equal(csvOf({ ...result, breaks: many }).split('\r\n').length, 1 + 7 + 1_200 + 1);
  });
});
