import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Database } from '../../src/kit/effects/database.ts';
import { until } from '../support/conditions.ts';
import { freshDatabase, stack, STACK_TIMEOUT_MS } from '../support/stack.ts';
import { bundleOf, quietly } from '../support/temporal.ts';
import { evenkeel, lines, spawned, typed, type Ran } from './evenkeel.ts';

const NAMESPACE = 'evenkeel-cli';
const SAMPLE = JSON.parse(readFileSync('samples/order.json', 'utf8')) as Record<string, unknown>;

// A cluster of somebody else's to begin with: a namespace that lacks everything, and no bucket.
describe('evenkeel, typed', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-cli-files-'));
  let env: Record<string, string>;
  let database: Database;
  let worker: ChildProcess;

  // In this process, which is quicker; `worker` needs one of its own.
  const type = (...args: string[]): Promise<Ran> => typed(args, { ...env });
  const orderFile = (orderId: string, more: object = {}): string => {
    const file = join(folder, `${orderId}.json`);
    writeFileSync(file, JSON.stringify({ ...SAMPLE, orderId, ...more }));
    return file;
  };
  /** Somebody else's effect under a key of ours: the step that meets it parks. */
  const occupy = (key: string): Promise<unknown> =>
    database.query(
      `insert into kit.effects (key, base_key, activity, workflow_id, fingerprint, state, outcome, intended_at)
       values ($1, $1, 'another', 'another', 'of something else', 'applied', '{"applied": null}', now())`,
      [key],
    );
  const vacate = (key: string): Promise<unknown> => database.query('delete from kit.effects where key = $1', [key]);
  const parked = (workflowId: string): Promise<unknown> =>
    until(`${workflowId} waits`, async () => {
      const [shown] = lines<{ waits: unknown[] }>(await type('show', workflowId, '--json'));
      return shown!.waits.length === 1;
    });

  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    quietly();
    const { env: shared } = await stack();
    const fresh = await freshDatabase('cli');
    ({ database } = fresh);
    const { EVENKEEL_METRICS_ADDRESS: _metrics, EVENKEEL_HEALTH_PORT: _health, ...rest } = shared;
    env = { ...rest, DATABASE_URL: fresh.url, TEMPORAL_NAMESPACE: NAMESPACE, EVENKEEL_S3_BUCKET: 'evenkeel-cli' };
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    if (!worker || worker.exitCode !== null) return;
    worker.kill('SIGTERM');
    const [code] = (await once(worker, 'exit')) as [number];
    assert.equal(code, 0, 'the worker drained');
  });

  it('`doctor` says what a foreign cluster lacks, with the command that mends it; `--fix` does it', async () => {
    const none = await type('doctor');
    assert.equal(none.exit, 1);
    assert.match(none.stderr, /temporal operator namespace create --namespace evenkeel-cli --address 127/);

    const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS']! });
    await connection.workflowService.registerNamespace({
      namespace: NAMESPACE,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as unknown as null },
    });
    await connection.close();

    const bare = await until(
      'the namespace is known',
      async () => {
        const ran = await type('doctor');
        return ran.stderr.includes('search-attribute') && ran;
      },
      30_000,
    );
    assert.equal(bare.exit, 1);
    assert.ok(
      bare.stderr.includes(
        `temporal operator search-attribute create --namespace evenkeel-cli --address ${env['TEMPORAL_ADDRESS']} ` +
          '--name EvenkeelPipeline --type Keyword --name EvenkeelBusinessId --type Keyword ' +
          '--name EvenkeelFate --type Keyword --name EvenkeelStuck --type Bool',
      ),
    );
    assert.match(bare.stdout, /wrong\s+bucket\s+evenkeel-cli does not exist/);

    const fixed = lines<{ check: string; state: string }>(await type('doctor', '--fix', '--json'));
    assert.deepEqual(
      fixed.filter(({ state }) => state === 'fixed').map(({ check }) => check),
      ['search attributes', 'bucket'],
    );
    const sound = await type('doctor', '--json');
    assert.equal(sound.exit, 0, sound.stdout);
  });

  it('`migrate` has nothing to do on a database that is up to date', async () => {
    const ran = await type('migrate');
    assert.equal(ran.exit, 0);
    assert.match(ran.stdout, /^Nothing to do: all \d+ migrations have run\.\n$/);
  });

  it('`worker` runs', async () => {
    worker = spawned(['worker'], env);
    let said = '';
    worker.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
    worker.stdout!.resume();
    await until('the worker runs', () => said.includes('"worker runs"'), 40_000);
  });

  it('`start` starts once, waits for the fate, and gives it to a second start', async () => {
    const args = ['start', 'order', orderFile('ord_1'), '--stock', 'plenty', '--wait', '--json'];
    const first = await evenkeel(args, env); // as a process: the path that people take
    assert.equal(first.exit, 0, first.stderr);
    const [started, ended] = lines(first);
    assert.deepEqual([started!['start'], started!['workflowId']], ['started', 'orders/ord_1']);
    assert.deepEqual([ended!['fate'], ended!['reason']], ['completed', null]);
    const again = await type('start', 'order', orderFile('ord_1'), '--wait');
    assert.equal(again.exit, 0);
    assert.match(
      again.stdout,
      /^orders\/ord_1 {2}ended before: completed {2}\{.*\}\nhttp:.*\/evenkeel-cli\/workflows\/orders%2Ford_1\n$/,
    );
  });

  it('`start` ends with 0 for any fate, and with 3 for another payload under the same id, naming both fingerprints', async () => {
    const lines = [{ sku: 'nobody-has-it', quantity: 1, unitPriceMinor: 100 }];
    const refused = await type('start', 'order', orderFile('ord_2', { lines }), '--wait');
    assert.equal(refused.exit, 0);
    assert.match(refused.stdout, /\nrefused: UnknownSku\n$/);
    const conflict = await type('start', 'order', orderFile('ord_1', { currency: 'EUR' }));
    assert.deepEqual([conflict.exit, conflict.stdout], [3, '']);
    assert.match(
      conflict.stderr,
      /^evenkeel: orders\/ord_1 is recorded with fingerprint [0-9a-f]{64}, received with [0-9a-f]{64}\n$/,
    );
  });

  it('`start patient` hashes the identifiers before anything else', async () => {
    const ran = await type('start', 'patient', 'samples/patient.json', '--wait');
    assert.equal(ran.exit, 0, ran.stderr);
    assert.match(ran.stdout, /^patients\/[0-9a-f]{32}\.[0-9a-f]{32} {2}started\n/);
    assert.doesNotMatch(ran.stdout + ran.stderr, /SAMPLE-0001|Nobody|1950-01-01/); // what stands in the file
  });

  it('`show` and `list` tell what ran and how it ended; an unknown id exits 3', async () => {
    const shown = await type('show', 'orders/ord_1');
    assert.match(shown.stdout, /^orders\/ord_1 {2}completed/);
    assert.match(shown.stdout, /\ndone {3}reserveStock +orders\/ord_1\/stock\/reserve\n/);
    const listed = lines(await type('list', '--pipeline', 'orders', '--json'));
    assert.deepEqual(
      listed.map(({ workflowId, fate }) => [workflowId, fate]),
      [
        ['orders/ord_2', 'refused'],
        ['orders/ord_1', 'completed'],
      ],
    );
    const unknown = await type('show', 'orders/never');
    assert.deepEqual([unknown.exit, unknown.stderr], [3, 'evenkeel: nothing was ever started as orders/never\n']);
  });

  it('`effects` shows a key with its audit, or all that begin so', async () => {
    const one = lines<{ key: string; state: string; audit: { subject: string; event: string }[] }>(
      await type('effects', 'orders/ord_1/stock/reserve', '--json'),
    );
    assert.deepEqual(
      one.map(({ key, state, audit }) => [key, state, audit.map(({ subject, event }) => [subject, event])]),
      [['orders/ord_1/stock/reserve', 'applied', [['orders/ord_1', 'applied']]]],
    );
    const all = lines<{ key: string }>(await type('effects', 'orders/ord_1/', '--prefix', '--json'));
    assert.deepEqual(
      all.map(({ key }) => key.slice('orders/ord_1/'.length)),
      [
        'accept',
        'stock/reserve',
        'shipments/1/open',
        'shipments/1/authorise',
        'shipments/1/book',
        'shipments/1/capture',
        'stock/ship',
        'receipt',
        'runs/1/fate',
      ],
    );
    const nothing = await type('effects', 'orders/ord_1/%', '--prefix');
    assert.deepEqual([nothing.exit, nothing.stdout], [0, '']);
  });

  it('`save-history` writes a history once, and `replay` tells whether the code still goes its way', async () => {
    const [good, bad] = [join(folder, 'histories-good.json'), join(folder, 'bad.json')];
    assert.equal((await type('save-history', 'orders/ord_1', '--out', good)).exit, 0);
    const again = await type('save-history', 'orders/ord_1', '--out', good);
    assert.deepEqual(
      [again.exit, again.stderr],
      [3, `evenkeel: ${good} is there already; histories are never overwritten (EEXIST)\n`],
    );
    const patient = lines(await type('list', '--pipeline', 'patients', '--json'))[0]!['workflowId'] as string;
    const sealed = join(folder, 'sealed.json');
    await type('save-history', patient, '--out', sealed);
    assert.ok(!readFileSync(sealed, 'utf8').includes(Buffer.from('Example').toString('base64').slice(0, 8)));
    const replayed = await evenkeel(['replay', good, sealed], env); // as a process: it ends by itself
    assert.deepEqual(
      [replayed.exit, replayed.stdout],
      [0, `replays  ${good}\nreplays  ${sealed}\n2 of 2 replay\n`],
      replayed.stderr,
    );

    writeFileSync(bad, readFileSync(good, 'utf8').replaceAll('bookShipment', 'bookVoyage'));
    const differing = await type('replay', bad, '--json');
    assert.equal(differing.exit, 1);
    const [difference] = lines(differing);
    assert.deepEqual(
      [difference!['replays'], difference!['type'], difference!['message']],
      [false, 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', 'the history calls bookVoyage, the story now bookShipment'],
    );
    const unsealed = await typed(['replay', sealed], { ...env, EVENKEEL_PAYLOAD_KEYS: '' });
    assert.equal(unsealed.exit, 2);
    assert.match(
      unsealed.stderr,
      /^evenkeel: EVENKEEL_PAYLOAD_KEYS: .*sealed.json is sealed under \w+, which is not there\n$/,
    );
  });

  it('`show --story` tells what happened, a line a happening', async () => {
    const told = await type('show', 'orders/ord_2', '--story');
    assert.equal(told.exit, 0, told.stderr);
    assert.deepEqual(told.stdout.trimEnd().split('\n'), [
      'fulfilOrder orders/ord_2: started, order ord_2: 1 line, GBP',
      'acceptOrder orders/ord_2/accept: done',
      'reserveStock orders/ord_2/stock/reserve: failed: UnknownSku',
      'recordFate orders/ord_2/runs/1/fate: done',
      'ended: refused, UnknownSku',
    ]);
    const [object] = lines(await type('show', 'orders/ord_2', '--story', '--json'));
    assert.deepEqual(object, { workflowId: 'orders/ord_2', story: told.stdout.trimEnd().split('\n') });
  });

  it('an archive takes a history once, is replayed and held to its manifest, and retires it', async () => {
    const archive = join(folder, 'archive');
    const file = join(archive, 'fulfilOrder', 'unknown-sku.json');
    const add = ['save-history', 'orders/ord_2', '--archive', archive, '--as', 'unknown-sku'];
    assert.equal((await type(...add)).exit, 0);
    const again = await type(...add);
    assert.deepEqual(
      [again.exit, again.stderr],
      [3, 'evenkeel: fulfilOrder/unknown-sku.json is there already: histories are never overwritten\n'],
    );
    const sound = await type('replay', archive);
    assert.deepEqual([sound.exit, sound.stdout], [0, `replays  ${file}\n1 of 1 replay\n`], sound.stderr);
    writeFileSync(file, readFileSync(file, 'utf8').replace('UnknownSku', 'UnknownSky'));
    const edited = await type('replay', archive);
    assert.equal(edited.exit, 1);
    assert.match(edited.stdout, /\nFAULT {4}fulfilOrder\/unknown-sku.json: not the history that was recorded/);
    const retired = await type('retire-history', file, '--reason', 'a test');
    assert.deepEqual([retired.exit, retired.stdout], [0, `${file} is retired; its name stays taken\n`]);
    assert.match((await type(...add)).stderr, /is retired: histories are never overwritten/);
  });

  it('`replay --query` replays the runs that Temporal finds, and names the first differing event', async () => {
    // A run of another build, whose second step has another key; and one of somebody else's.
    const [connection, native] = [
      await Connection.connect({ address: env['TEMPORAL_ADDRESS']! }),
      await NativeConnection.connect({ address: env['TEMPORAL_ADDRESS']! }),
    ];
    const client = new Client({ connection, namespace: NAMESPACE });
    const { workflow } = client;
    const done = async (): Promise<object> => ({ transactionId: 't', fate: 'completed', reason: null, result: null });
    const other = await Worker.create({
      connection: native,
      namespace: NAMESPACE,
      taskQueue: 'another-build',
      workflowBundle: await bundleOf('test/support/workflows/rekeyed/index.ts'),
      activities: { holdFunds: done, postTransfer: done, storeAdvice: done, recordFate: done },
    });
    const of = { taskQueue: 'another-build', args: [{ transferId: 'tr_1' }] };
    await other.runUntil(workflow.execute('transferFunds', { ...of, workflowId: 'ledger/tr_1' }));
    await workflow.start('bakeBread', { ...of, workflowId: 'bread/1' });
    await workflow.start('fulfilOrders', { ...of, workflowId: 'orders/renamed', taskQueue: 'orders' });
    await native.close();

    const all = await until('visibility has all of them', async () => {
      const ran = await type('replay', '--query', 'WorkflowType != "none"', '--json');
      return lines(ran).length === 6 && ran;
    });
    assert.equal(all.exit, 1);
    const told = lines(all);
    assert.deepEqual(told.map(({ workflow, replays }) => `${workflow as string} ${String(replays)}`).toSorted(), [
      'bakeBread null',
      'fulfilOrder true',
      'fulfilOrder true',
      'fulfilOrders false',
      'integratePatient true',
      'transferFunds false',
    ]);
    const { runId, events, ...difference } = told.find(({ workflow }) => workflow === 'transferFunds')!;
    assert.deepEqual([typeof runId, typeof events], ['string', 'number']);
    assert.deepEqual(difference, {
      workflowId: 'ledger/tr_1',
      workflow: 'transferFunds',
      replays: false,
      event: 11,
      type: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED',
      message: 'postTransfer had the key ledger/tr_1-2/post, and now has ledger/tr_1/post',
    });

    const some = await type('replay', '--query', "EvenkeelPipeline = 'orders'", '--limit', '1');
    assert.deepEqual([some.exit, some.stdout], [0, '1 of 1 replay, 1 not looked at\n'], some.stderr);
    const unknown = await type('replay', '--query', "WorkflowType = 'bakeBread'");
    assert.deepEqual(
      [unknown.exit, unknown.stdout],
      [
        0,
        'unknown  bread/1\n  bakeBread: there is no workflow of its name here\n0 of 1 replay, 1 of workflows that are not here\n',
      ],
    );
    const renamed = await type('replay', '--query', "WorkflowType = 'fulfilOrders'");
    assert.deepEqual(
      [renamed.exit, renamed.stdout],
      [
        1,
        'DIFFERS  orders/renamed\n  event 1 (EVENT_TYPE_WORKFLOW_EXECUTION_STARTED): there is no workflow of its name here\n0 of 1 replay, 1 do not\n',
      ],
    );
    await client.workflow.getHandle('orders/renamed').terminate();
    const none = await type('replay', '--query', "WorkflowType = 'none'");
    assert.deepEqual([none.exit, none.stdout], [0, '0 of 0 replay\n']);
    const wrong = await type('replay', '--query', 'what runs?');
    assert.deepEqual(
      [wrong.exit, wrong.stderr],
      [2, 'evenkeel: --query: Temporal does not understand it (INVALID_ARGUMENT)\n'],
    );
    await connection.close();
    const sealed = await typed(['replay', '--query', "EvenkeelPipeline = 'patients'"], {
      ...env,
      EVENKEEL_PAYLOAD_KEYS: '',
    });
    assert.equal(sealed.exit, 2);
    assert.match(
      sealed.stderr,
      /^evenkeel: EVENKEEL_PAYLOAD_KEYS: patients\/\S+ is sealed under \w+, which is not there\n$/,
    );
  });

  it('shows a key that waits with the command that resolves it, and resolves it', async () => {
    await occupy('orders/ord_3/stock/reserve');
    await type('start', 'order', orderFile('ord_3'));
    await parked('orders/ord_3');
    const shown = await type('show', 'orders/ord_3');
    assert.match(shown.stdout, /orders\/ord_3\/stock\/reserve is parked \(KeyConflict\) and waits for a person:\n/);
    assert.match(
      shown.stdout,
      / -- resolve orders\/ord_3 orders\/ord_3\/stock\/reserve --action 'retry\|skip\|complete'/,
    );
    const stuck = await until(
      'visibility has it',
      async () => {
        const found = lines(await type('list', '--stuck', '--json'));
        return found.length > 0 && found;
      },
      20_000,
    );
    assert.deepEqual(
      stuck.map(({ workflowId }) => workflowId),
      ['orders/ord_3'],
    );
    const doctor = await type('doctor');
    assert.equal(doctor.exit, 1);
    assert.match(doctor.stdout, /wrong +stuck +1 keys: orders\/ord_3\/stock\/reserve/);

    const by = ['--actor', 'ann', '--reason', 'looked'];
    const other = await type('resolve', 'orders/ord_3', 'orders/ord_3/other', '--action', 'retry', ...by);
    assert.equal(other.exit, 3);
    assert.match(other.stderr, /\nevenkeel: nothing waits under orders\/ord_3\/other\n$/);
    await vacate('orders/ord_3/stock/reserve');
    const key = 'orders/ord_3/stock/reserve';
    const resolved = await type('resolve', 'orders/ord_3', key, '--action', 'retry', ...by, '--id', 'u1');
    assert.deepEqual([resolved.exit, resolved.stdout], [0, `orders/ord_3: ${key} resolved by retry\n`]);
    const ended = await type('start', 'order', orderFile('ord_3'), '--wait', '--json');
    assert.equal(lines(ended).at(-1)!['fate'], 'completed');
  });

  it('`cancel` cancels once under its id, and is rejected when the run is over', async () => {
    await occupy('orders/ord_4/accept');
    await type('start', 'order', orderFile('ord_4'));
    await parked('orders/ord_4');
    const by = ['--actor', 'ann', '--reason', 'ordered twice'];
    const cancelled = await type('cancel', 'orders/ord_4', ...by, '--id', 'u2');
    assert.equal(cancelled.exit, 0, cancelled.stderr);
    assert.equal(cancelled.stderr, 'decision u2; to repeat it: --id u2\n');
    const ended = await type('start', 'order', orderFile('ord_4'), '--wait', '--json');
    assert.deepEqual([lines(ended).at(-1)!['fate'], lines(ended).at(-1)!['reason']], ['refused', 'Cancelled']);
    const repeated = await type('cancel', 'orders/ord_4', ...by, '--id', 'u2', '--json');
    assert.equal(repeated.exit, 0, repeated.stderr);
    const late = await type('cancel', 'orders/ord_4', ...by);
    assert.equal(late.exit, 3);
    assert.match(late.stderr, /\nevenkeel: orders\/ord_4 is over \(refused\): nothing can be decided\n$/);
    await vacate('orders/ord_4/accept');
  });

  it('`audit verify` finds nothing, and then the one thing that was edited', async () => {
    const clean = await type('audit', 'verify');
    assert.deepEqual([clean.exit, clean.stderr], [0, '']);
    assert.match(
      clean.stdout,
      /^\d+ entries of 5 runs: nothing was changed\nThere is no seal yet: not looked for were /,
    );
    await database.query(`update kit.effects set outcome = '{"applied": {"units": 1}}' where key = $1`, [
      'orders/ord_1/stock/reserve',
    ]);
    const edited = await type('audit', 'verify', '--json');
    assert.equal(edited.exit, 1);
    const [fault, sum] = lines(edited);
    assert.deepEqual(fault, { subject: 'orders/ord_1', n: 2, key: 'orders/ord_1/stock/reserve', fault: 'outcome' });
    assert.deepEqual(sum!['faults'], 1);
    assert.equal((await type('audit', 'verify', '--subject', 'orders/ord_2')).exit, 0);
  });

  it('`import retail` starts the orders of a file, gunzipped when it is gzipped, once, and waits for their fates', async () => {
    const [header, line] = readFileSync('samples/retail.csv', 'utf8').split('\n');
    const file = join(folder, 'no-ending-says-gzip');
    writeFileSync(file, gzipSync(`${header}\n${line}\n`));
    const first = await type('import', 'retail', file, '--stock', 'plenty', '--json');
    assert.equal(first.exit, 0, first.stderr);
    const told = lines(first).map(({ seconds: _seconds, ...sum }) => sum);
    const sum = { lines: 1, orders: 1, quarantined: 0, skipped: 0, units: 20, goodsMinor: 1_700, chargesMinor: 0 };
    const fates = { completed: 1, refused: 0, compensated: 0, open: 0 };
    assert.deepEqual(told, [{ ...sum, started: 1, absorbed: 0, fates }]);
    const again = await type('import', 'retail', file);
    assert.equal(again.exit, 0, again.stderr);
    assert.match(again.stdout, /^1 lines: 1 orders \(0 started, 1 absorbed\), 0 lines quarantined\n/);
  });
});
