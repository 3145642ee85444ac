import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.ts';
import { Terminal } from '../../src/cli/terminal.ts';
import { parseWorkflowId } from '../../src/cli/workflow-id.ts';
import { NO_STACK, typed } from './evenkeel.ts';

const CLOSED = '127.0.0.1:9'; // discard: nobody listens there

describe('the command line', () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const terminal = new Terminal(streams);
  const context = { env: {}, stdin: streams.stdout, terminal, self: 'evenkeel', exit: 0 };
  const program = buildProgram(context, streams);
  const commands = commandsOf(program).map(([path]) => path);

  it('has a command for everything that people do', () => {
    const expected =
      'stack, stack up, stack status, stack restart, stack down, worker, migrate, doctor, start, start order, ' +
      'start transfer, start patient, show, list, cancel, resolve, answer, effects, audit, audit verify, audit seal, versions, rollback, collect-orphans, ' +
      'save-history, retire-history, replay, redrive, preview-reset';
    const known = commands.map((path) => path.join(' '));
    assert.deepEqual(
      expected.split(', ').filter((path) => !known.includes(path)),
      [],
    );
  });

  it('stands in docs/cli.md, every command with every option of its own', () => {
    const rows = [...readFileSync('docs/cli.md', 'utf8').matchAll(/^\| `(.*?)` \|/gm)].map(([, typed]) => typed!);
    const lacking = commandsOf(program).flatMap(([path, { options }]) => {
      const row = rows.find((each) =>
        path.every((word, i) => new RegExp(i === 0 ? `^${word}\\b` : `\\b${word}\\b`).test(each)),
      );
      const absent = options.flatMap(({ long }) => (row?.includes(long!) ? [] : [long!]));
      return row === undefined ? [path.join(' ')] : absent.map((option) => `${path.join(' ')} ${option}`);
    });
    assert.deepEqual(lacking, []);
  });

  it('prints by its terminal only, which keeps to --json', () => {
    const sources = readdirSync('src/cli', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const writing = sources.filter((file) => /stdout/.test(readFileSync(join('src/cli', file), 'utf8')));
    assert.deepEqual(writing.toSorted(), ['index.ts', 'program.ts', 'terminal.ts']);
  });

  for (const path of commands) {
    it(`explains \`${['evenkeel', ...path].join(' ')}\`, with an example and the global --json`, async () => {
      const { exit, stdout, stderr } = await typed([...path, '--help']);
      assert.deepEqual([exit, stderr], [0, '']);
      assert.match(stdout, /\nExamples:\n {2}\$ \S+.*evenkeel/);
      assert.match(stdout, /--json/);
      for (const example of stdout.split('Examples:\n')[1]!.trim().split('\n'))
        assert.ok(example.includes(` ${path.join(' ')}`), `${example} is of another command`);
    });
  }

  for (const [args, says] of [
    [['frob'], /^evenkeel: unknown command 'frob'\n$/],
    [['list', '--frob'], /unknown option '--frob'/],
    [['list', '--limit', '0'], /A whole number from 1 to 10000/],
    [['list', '--fate', 'lost'], /Allowed choices are completed, refused, compensated/],
    [['list', '--stuck', '--fate', 'refused'], /leave out --state and --fate/],
    [['list', '--pipeline', "orders' or true"], /A pipeline is a word/],
    [['show', 'ord_42'], /A workflow is PIPELINE\/ID, such as orders\/ord_42/],
    [['start', 'order'], /missing required argument 'file'/],
    [['start', 'transfer', 'x.json', '--stock', 'plenty'], /unknown option '--stock'/],
    [['cancel', 'orders/ord_42', '--reason', 'r'], /required option '--actor <name>' not specified/],
    [
      ['resolve', 'orders/ord_42', 'k', '--action', 'shrug', '--actor', 'a', '--reason', 'r'],
      /Allowed choices are retry, skip, complete/,
    ],
    [['resolve', 'orders/ord_42', 'k', '--action', 'complete', '--actor', 'a', '--reason', 'r'], /complete needs it/],
    [
      ['resolve', 'orders/a', 'k', '--action', 'complete', '--value', '{"name": Doe', '--actor', 'a', '--reason', 'r'],
      /^evenkeel: option '--value <json>': Not JSON\.\n$/,
    ],
    [['redrive', '--actor', 'a', '--reason', 'r'], /which: workflows, or --query, or --lost/],
    [['redrive', 'orders/a', '--lost', '--actor', 'a', '--reason', 'r'], /which: workflows, or --query, or --lost/],
    [['redrive', 'orders/a', '--rate', '0', '--actor', 'a', '--reason', 'r'], /A whole number from 1 to 1000/],
    [['redrive', 'orders/a', 'ord_42', '--actor', 'a', '--reason', 'r'], /A workflow is PIPELINE\/ID/],
    [['versions', 'reports/a', '--repair'], /--repair goes with --verify/],
    [['versions', 'reports/a', '--verify', '--repair'], /--repair needs --actor and --reason/],
    [['rollback', 'reports/a', '--to', '0', '--actor', 'a', '--reason', 'r'], /A whole number from 1 to 999999/],
    [['preview-reset', 'orders/a'], /required option '--to <step>' not specified/],
    [['replay'], /replay either files and folders, or what --query finds/],
    [['replay', 'a.json', '--query', 'WorkflowType = "a"'], /replay either files and folders, or what --query finds/],
    [['replay', 'a.json', '--limit', '3'], /--limit goes with --query/],
    [['save-history', 'orders/ord_42', '--archive', 'histories'], /--archive and --as go together, and without --out/],
    [['retire-history', 'histories/a/b.json'], /required option '--reason <text>' not specified/],
    [['stack', 'restart', 'printer'], /printer is no part of the stack/],
  ] satisfies [string[], RegExp][]) {
    it(`exits 2 on \`${args.join(' ')}\`, in one line on standard error`, async () => {
      const { exit, stdout, stderr } = await typed(args, { DATABASE_URL: `postgres://${CLOSED}/x` });
      assert.deepEqual([exit, stdout], [2, '']);
      assert.match(stderr, says);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  }

  it('prints the help of a group whose command is missing, and exits 2', async () => {
    for (const group of [[], ['stack'], ['start'], ['audit']]) {
      const { exit, stderr } = await typed(group);
      assert.equal(exit, 2);
      assert.match(stderr, /Commands:/);
    }
  });

  it('exits 2 on a wrong environment, naming the variable and not its value', async () => {
    const { exit, stderr } = await typed(['list'], { EVENKEEL_HEALTH_PORT: 'seven' });
    assert.deepEqual([exit, stderr], [2, 'evenkeel: EVENKEEL_HEALTH_PORT: invalid_type\n']);
  });

  it('exits 3 on input that is not usable, with paths and codes and never a value', async () => {
    const missing = await typed(['start', 'order', '/nowhere/order.json']);
    assert.deepEqual([missing.exit, missing.stderr], [3, 'evenkeel: /nowhere/order.json cannot be read (ENOENT)\n']);
    const prose = await typed(['start', 'order', '-'], {}, 'Dear Sir, my card is 4242');
    assert.deepEqual([prose.exit, prose.stderr], [3, 'evenkeel: standard input is not JSON\n']);
    const key = Buffer.alloc(32).toString('base64');
    const env = { EVENKEEL_PATIENT_HMAC_KEY: key, EVENKEEL_PAYLOAD_KEYS: `k1:${key}` };
    const nobody = await typed(
      ['start', 'patient', '-'],
      env,
      JSON.stringify({ resourceType: 'Patient', name: [{ family: 'Doe' }] }),
    );
    assert.deepEqual([nobody.exit, nobody.stderr], [3, 'evenkeel: FHIR Patient: no-identifier\n']);
    const other = await typed(['start', 'patient', '-'], env, JSON.stringify({ resourceType: 'Person', gender: 7 }));
    assert.equal(other.exit, 3);
    assert.match(other.stderr, /^evenkeel: FHIR Patient: resourceType: invalid_value, gender: invalid_type\n$/);
    const file = join(NO_STACK, 'no-history.json');
    writeFileSync(file, '{"events":[]}');
    const replayed = await typed(['replay', file]);
    assert.deepEqual([replayed.exit, replayed.stderr], [3, `evenkeel: ${file} is not the history of a run\n`]);
    const csv = join(NO_STACK, 'retail.csv');
    writeFileSync(csv, 'InvoiceNo,Colour\n');
    const refused = await typed(['demo', '--file', csv]);
    assert.equal(refused.exit, 3);
    assert.match(refused.stderr, /^evenkeel: \S+retail\.csv: column-\w+: .*\n$/);
    writeFileSync(csv, Buffer.from('1f8b00', 'hex'));
    const broken = await typed(['demo', '--file', csv]);
    assert.deepEqual([broken.exit, broken.stderr], [3, `evenkeel: ${csv} cannot be read (Z_BUF_ERROR)\n`]);
    const nowhere = await typed(['import', 'retail', '/nowhere.csv']);
    assert.deepEqual([nowhere.exit, nowhere.stderr], [3, 'evenkeel: /nowhere.csv cannot be read (ENOENT)\n']);
    const never = await typed(['retire-history', 'test/histories/transferFunds/never.json', '--reason', 'a test']);
    assert.deepEqual(
      [never.exit, never.stderr],
      [3, `evenkeel: transferFunds/never.json is not in the manifest of ${join(process.cwd(), 'test/histories')}\n`],
    );
  });

  it('exits 4 when a service cannot be reached, naming it, its address and what to do, and no password', async () => {
    const postgres = await typed(['list'], { DATABASE_URL: `postgres://ann:hunter2@${CLOSED}/x` });
    assert.deepEqual(postgres, {
      exit: 4,
      stdout: '',
      stderr:
        'evenkeel: Postgres cannot be reached at 127.0.0.1:9 (ECONNREFUSED); run `npm run stack`, or set DATABASE_URL to where it runs.\n',
    });
    const temporal = await typed(['list', '--stuck', '--json'], { TEMPORAL_ADDRESS: CLOSED });
    assert.deepEqual(
      [temporal.exit, temporal.stdout, JSON.parse(temporal.stderr)],
      [
        4,
        '',
        {
          error:
            'Temporal cannot be reached at 127.0.0.1:9 (no answer); run `npm run stack`, or set TEMPORAL_ADDRESS to where it runs.',
          exit: 4,
        },
      ],
    );
  });

  it('takes from the local stack what the environment does not say', async () => {
    const folder = join(NO_STACK, 'a-stack');
    mkdirSync(folder);
    const env = { DATABASE_URL: `postgres://${CLOSED}/x` };
    writeFileSync(join(folder, 'stack.json'), JSON.stringify({ format: 1, ports: {}, parts: {}, env }));
    const its = await typed(['list'], { EVENKEEL_STATE_DIR: folder });
    assert.match(its.stderr, /^evenkeel: Postgres cannot be reached at 127\.0\.0\.1:9 /);
    const own = await typed(['list'], { EVENKEEL_STATE_DIR: folder, DATABASE_URL: 'postgres://127.0.0.1:10/x' });
    assert.match(own.stderr, /^evenkeel: Postgres cannot be reached at 127\.0\.0\.1:10 /);
  });

  it('prints where an error comes from when EVENKEEL_DEBUG asks for it', async () => {
    const { stderr } = await typed(['list', '--stuck', '--fate', 'refused'], { EVENKEEL_DEBUG: '1' });
    assert.match(stderr, /^evenkeel: .*\nUsageError: .*\n {4}at /);
  });

  it('exits 4 when the environment names a service for the stack that does not answer', async () => {
    const { exit, stderr } = await typed(['stack', 'up', '--no-worker', '--json'], {
      TEMPORAL_ADDRESS: CLOSED,
      DATABASE_URL: `postgres://ann:hunter2@${CLOSED}/x`,
      AWS_ENDPOINT_URL: `http://${CLOSED}`,
      PAYMENTS_URL: `http://${CLOSED}`,
      CARRIER_URL: `http://${CLOSED}`,
      RAIL_URL: `http://${CLOSED}`,
    });
    assert.equal(exit, 4, stderr);
    assert.match(stderr, /postgres does not answer at 127\.0\.0\.1:9/);
    assert.ok(!stderr.includes('hunter2'));
  });

  it('has `doctor` look at every service although none can be reached', async () => {
    const { exit, stdout } = await typed(['doctor', '--json'], {
      TEMPORAL_ADDRESS: CLOSED,
      DATABASE_URL: `postgres://ann:hunter2@${CLOSED}/x`,
      AWS_ENDPOINT_URL: `http://${CLOSED}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      CARRIER_URL: `http://${CLOSED}`,
      RAIL_URL: `http://${CLOSED}`,
    });
    assert.equal(exit, 4);
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { check: string; state: string });
    assert.deepEqual(
      found.map(({ check, state }) => `${check}: ${state}`),
      [
        'Temporal: unreachable',
        'Postgres: unreachable',
        'S3: unreachable',
        'The payment provider: note',
        'The carrier: unreachable',
        'The payment rail: unreachable',
      ],
    );
    assert.ok(!stdout.includes('hunter2'));
  });

  it('says that no stack runs, and exits 1', async () => {
    const { exit, stdout } = await typed(['stack', 'status']);
    assert.deepEqual([exit, stdout], [1, 'Nothing runs; `stack up` starts it.\n']);
  });
});

describe('a workflow on the command line', () => {
  it('is its id, or the address of its page in the Web UI', () => {
    for (const text of [
      'orders/ord_42',
      'http://127.0.0.1:8233/namespaces/default/workflows/orders%2Ford_42',
      'https://cloud.temporal.io/namespaces/a.b/workflows/orders%2Ford_42/0199-run/history?tab=1',
    ])
      assert.equal(parseWorkflowId(text), 'orders/ord_42');
    for (const text of ['ord_42', 'orders/', '/ord_42', 'orders/a/b', 'Orders/a', 'http://127.0.0.1:8233/'])
      assert.throws(() => parseWorkflowId(text), /A workflow is PIPELINE\/ID/);
  });
});

/** Every command, groups and their commands alike. */
function commandsOf(command: Command, above: readonly string[] = []): [path: string[], command: Command][] {
  return command.commands.flatMap((each) => {
    const path = [...above, each.name()];
    return [[path, each], ...commandsOf(each, path)];
  });
}
