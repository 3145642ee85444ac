import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflows } from '../src/kit/worker/bundle.ts';
import { inProcess } from './command.ts';
import { withStack } from './stack.ts';

// What a cached workflow costs: memory of `fulfilOrder` waiting at its first activity, with zod in the sandbox and with
// the stand-in, and the size of both bundles. A child process each, so that neither pays for the other.
//   npm run -s bench:sandbox
const WORKFLOWS = 400;
const workflows = new URL('../src/workflows/index.ts', import.meta.url);
const order = {
  orderId: 'bench',
  currency: 'GBP',
  charges: [],
  shipTo: { country: 'GB' },
  payment: { method: 'pm_card_visa' },
  lines: Array.from({ length: 20 }, (_, i) => ({ sku: `sku-${i}`, quantity: 1, unitPriceMinor: 100 })),
};

type Variant = 'stand-in' | 'zod';
const bundled = (variant: Variant): Promise<{ code: string }> =>
  variant === 'stand-in'
    ? bundleWorkflows(workflows, { sealed: false })
    : bundleWorkflowCode({
        workflowsPath: fileURLToPath(workflows),
        logger: new DefaultLogger('ERROR'),
        webpackConfigHook: (config) => ({ ...config, resolve: { ...config.resolve, extensions: ['.ts', '.js'] } }),
      });
/** Bundles carry an inline source map, which is no code. */
const codeBytes = (code: string): number => code.replace(/\/\/# sourceMappingURL=.*$/s, '').length;

async function child(variant: Variant, address: string, codePath: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const taskQueue = `bench-${variant}`;
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowBundle: { codePath },
    maxCachedWorkflows: WORKFLOWS * 2,
  });
  const start = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      const handle = await client.workflow.start('fulfilOrder', {
        taskQueue,
        workflowId: `${taskQueue}-${i}`,
        args: [{ ...order, orderId: `bench-${i}` }],
      });
      await handle.query('progress'); // answered by a cached workflow: it has had its first task
    }
  };
  await worker.runUntil(async () => {
    await start(0, 20); // what a worker costs once is not the workflows'
    global.gc?.();
    const before = process.memoryUsage().rss;
    await start(20, 20 + WORKFLOWS);
    global.gc?.();
    process.send!((process.memoryUsage().rss - before) / WORKFLOWS / 2 ** 20);
  });
  process.exit(0);
}

if (process.argv[2] === 'child') await child(process.argv[3] as Variant, process.argv[4]!, process.argv[5]!);
else
  await withStack(async (env) => {
    const measured: Record<string, { mb: number; kb: number }> = {};
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bundles-'));
    for (const variant of ['zod', 'stand-in'] as const) {
      // Bundled here and not in the child, whose memory is measured.
      const { code } = await bundled(variant);
      const codePath = join(folder, `${variant}.js`);
      writeFileSync(codePath, code);
      const words = ['child', variant, env['TEMPORAL_ADDRESS']!, codePath];
      const mb = await inProcess<number>(import.meta.url, words, { flags: ['--expose-gc'] });
      measured[variant] = { mb, kb: codeBytes(code) / 1024 };
    }
    rmSync(folder, { recursive: true });
    const { zod, 'stand-in': ours } = measured as Record<Variant, { mb: number; kb: number }>;
    process.stdout.write(
      [
        `| fulfilOrder, ${WORKFLOWS} cached | zod in the sandbox | stand-in | ratio |`,
        '|---|---|---|---|',
        `| MB a cached workflow | ${zod.mb.toFixed(2)} | ${ours.mb.toFixed(2)} | ${(ours.mb / zod.mb).toFixed(2)} |`,
        `| KB of bundle | ${zod.kb.toFixed(0)} | ${ours.kb.toFixed(0)} | ${(ours.kb / zod.kb).toFixed(2)} |`,
        '',
      ].join('\n'),
    );
  });
