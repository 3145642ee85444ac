import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, FrameLocator } from 'playwright-core';
import { readConfig } from '../../src/config.ts';
import { orders, type Order } from '../../src/contracts/orders.ts';
import { start } from '../../src/kit/intake/start.ts';
import { Services } from '../../src/services.ts';
import { browserOrSkip, pictures } from '../support/browser.ts';
import { until } from '../support/conditions.ts';
import { stack, STACK_TIMEOUT_MS } from '../support/stack.ts';

describe("an order in Temporal's Web UI", () => {
  const sample = JSON.parse(readFileSync('samples/order.json', 'utf8')) as Order;
  const order: Order = { ...sample, orderId: 'ord_1042' };
  const { folder, drop } = pictures();
  let env: Record<string, string>;
  let services: Services;
  let worker: ChildProcess;
  let browser: Browser;
  let told = '';

  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    browser = await browserOrSkip(this);
    ({ env } = await stack());
    services = new Services(readConfig(env));
    // No ports: other suites' workers may have them.
    worker = spawn(process.execPath, ['--import', 'tsx', join('src', 'worker.ts')], {
      env: {
        ...process.env,
        ...env,
        EVENKEEL_PIPELINES: 'orders',
        EVENKEEL_HEALTH_PORT: '',
        EVENKEEL_METRICS_ADDRESS: '',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    worker.stderr!.setEncoding('utf8').on('data', (text: string) => (told += text));
    worker.once('exit', (code) => (told += `it ended with ${String(code)}`));
    await until('the worker runs', () => told.includes('"worker runs"') || worker.exitCode !== null, 60_000);
    assert.equal(worker.exitCode, null, told);
  });

  after(async function () {
    this.timeout(60_000);
    await browser?.close();
    if (worker && worker.exitCode === null && worker.signalCode === null) {
      const ended = once(worker, 'exit');
      worker.kill('SIGTERM');
      await ended;
    }
    await services?.close();
    drop();
  });

  it('shows on one page what it is, the key of every effect, and how far it came', async function () {
    this.timeout(180_000);
    for (const { sku, quantity } of order.lines)
      await services.database.query(
        `insert into inventory.stock (sku, on_hand) values ($1, $2)
         on conflict (sku) do update set on_hand = stock.on_hand + excluded.on_hand`,
        [sku, quantity],
      );
    const { workflowId } = await start(await services.starter(orders), orders, order);
    const handle = (await services.client()).workflow.getHandle(workflowId);
    const died = once(worker, 'exit').then(() => assert.fail(`the worker said: ${told}`));
    const ended: unknown = await Promise.race([handle.result(), died]);
    assert.equal((ended as { fate: string }).fate, 'completed');
    const { runId } = await handle.describe();

    const page = await browser.newPage({
      viewport: { width: 1440, height: 1000 },
      locale: 'en-GB',
      timezoneId: 'UTC',
      colorScheme: 'light',
    });
    page.setDefaultTimeout(30_000);
    const at = ['namespaces', 'default', 'workflows', encodeURIComponent(workflowId), runId, 'user-metadata'];
    await page.goto([env['TEMPORAL_UI_URL'], ...at].join('/'));

    // What it is: the static summary. It and the current details are Markdown, each shown in a frame.
    const framed = (index: number): FrameLocator => page.locator('main iframe').nth(index).contentFrame();
    await framed(0).getByText('order ord_1042: 2 lines, GBP', { exact: true }).waitFor();

    // Which effects: each activity's summary is its key.
    await page.getByText('orders/ord_1042/shipments/1/capture', { exact: true }).waitFor();

    // How far: the stage table in the current details, which the UI asks a worker for.
    const details = framed(1);
    await details.getByText('completed', { exact: true }).waitFor();
    const rows = await details.getByRole('row').allInnerTexts();
    assert.deepEqual(
      rows
        .map((row) => row.split('\t').map((cell) => cell.trim()))
        .filter(([, activity]) => activity === 'capturePayment'),
      [['✓ done', 'capturePayment', 'orders/ord_1042/shipments/1/capture', '']],
    );
    assert.equal(rows.filter((row) => row.includes('✓ done')).length, 8);

    await page.screenshot({ path: join(folder, 'order-in-web-ui.png') });
  });
});
