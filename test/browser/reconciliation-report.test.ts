import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { htmlOf } from '../../src/domain/reconciliation/report.ts';
import { attempt } from '../../src/kit/testing/attempt.ts';
import { browserOrSkip, pictures } from '../support/browser.ts';
import { Reconciling } from '../support/reconciling.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';

/** Of A4 less its margins, at 96 dots an inch. */
const PAPER = { width: 680, height: 1_000 };

describe('the report of a reconciliation in a browser', () => {
  const { folder, drop } = pictures();
  let at: Reconciling;
  let browser: Browser;
  let page: Page;

  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    browser = await browserOrSkip(this);
    at = await Reconciling.open('report_in_browser');
    page = await browser.newPage({ viewport: { width: 1_200, height: 1_000 } });
    await page.setContent(htmlOf(await monthOf(at)));
  });
  after(async () => {
    await browser?.close();
    at?.close();
    drop();
  });

  /** The rows of a table, by what stands above it. */
  const rows = (caption: string): Promise<string[][]> =>
    page
      .locator('table', { has: page.locator('caption', { hasText: new RegExp(`^${caption}`) }) })
      .locator('tbody tr')
      .evaluateAll((found) => found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText)));

  it('says first what waits for a person, and then what was matched, by whom', async () => {
    assert.equal(await page.locator('h1').innerText(), 'Reconciliation of nostro-gbp, 2026-01');
    assert.equal(await page.locator('.verdict').innerText(), '2 things wait for a person.');
    assert.deepEqual(await rows('Open breaks'), [['statement', 'not-in-ledger', '2026-01-06', '0', '-12.00 GBP']]);
    assert.deepEqual(
      (await rows('Differences to be booked')).map(([rung, , , difference]) => [rung, difference]),
      [['fees', '-15.00 GBP']],
    );
    assert.deepEqual(
      (await rows('By rung')).map(([rung, , matches]) => [rung, matches]),
      [
        ['decided', '1'],
        ['exact-reference', '1'],
        ['fees', '1'],
      ],
    );
    const decided = (await rows('Matches')).find(([rung]) => rung === 'decided')!;
    assert.equal(decided[4], 'write-off d-1 by ann, bob: charges of December');
    await page.screenshot({ path: join(folder, 'reconciliation-report.png'), fullPage: true });
  });

  it('can be printed: nothing is wider than the paper', async () => {
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize(PAPER);
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(wide <= PAPER.width, `${wide} dots are wider than ${PAPER.width}`);
    assert.ok((await page.pdf({ format: 'A4', preferCSSPageSize: true })).length > 10_000);
  });
});

/** A small month with something of each kind, as it comes out of the activities. */
async function monthOf(at: Reconciling) {
  const account = 'nostro-gbp';
  await at.mirrored(account);
  await at.database.query(`insert into reconciliation.write_offs values ($1, $1 || '-losses', 500, 100)`, [account]);
  await at.paid(account, 'rent-2026-01', '85000');
  await at.paid(account, 'refund-4711', '-98500');
  await at.load({
    id: 'S-2026-01',
    account,
    entries: [
      { amount: -850, endToEnd: 'RENT-2026-01' },
      { amount: 970, endToEnd: 'REFUND-4711' },
      { amount: -2.5, ref: 'charges' },
      { amount: -12, ref: 'unknown', day: '2026-01-06' },
    ],
  });
  const [charges] = await at.database.query<{ id: string }>(
    `select entry_ref as id from reconciliation.entries where entry ->> 'servicerReference' = 'charges'`,
  );
  const decision = {
    decisionId: 'd-1',
    account,
    actor: 'ann',
    reason: 'charges of December',
    kind: 'write-off',
    statement: [charges!.id],
    ledger: [],
    differenceMinor: '-250',
  };
  const { writeOff } = (await attempt(at.bound, 'validateWriteOff', decision)) as { writeOff: never };
  await attempt(at.bound, 'bookWriteOff', writeOff);
  await attempt(at.bound, 'recordDecision', { ...decision, approver: 'bob' });
  await at.compared(account);
  return at.result(account);
}
