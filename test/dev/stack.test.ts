import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { withLock } from '../../src/dev/lock.ts';
import { PREFERRED, takePort } from '../../src/dev/ports.ts';
import { asideHome } from '../../src/dev/postgres-home.ts';
import { began, workIn } from '../../src/dev/process.ts';
import { destroy, down, kill, restart, runningEnv, StackError, status, up } from '../../src/dev/stack.ts';
import { readState, writeState } from '../../src/dev/state.ts';
import type { StackState, UpOptions } from '../../src/dev/stack.ts';
import { lines as objects, typed } from '../cli/evenkeel.ts';

const LOCAL = ['TEMPORAL_ADDRESS', 'DATABASE_URL', 'AWS_ENDPOINT_URL', 'PAYMENTS_URL', 'CARRIER_URL', 'RAIL_URL'];

describe('the local stack', () => {
  // The stack under test is started here, whatever the environment offers.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !LOCAL.includes(name)));
  const stateDir = mkdtempSync(join(tmpdir(), 'evenkeel-stack-'));
  let first: StackState;
  let lines: string[] = [];

  const bringUp = (more: Partial<UpOptions> = {}) => {
    lines = [];
    return up({ stateDir, ports: 'free', worker: false, env, onProgress: (line) => lines.push(line), ...more });
  };

  before(async function () {
    this.timeout(600_000); // the first time on a machine, Temporal is built and MiniStack installed
    first = await bringUp();
  });
  after(async function () {
    this.timeout(60_000);
    await destroy(stateDir);
    assert.deepEqual(processesOf(stateDir), [], 'no process is left');
    assert.equal(existsSync(stateDir), false, 'nor a file');
  });

  it('starts every part, bound to this machine only, and reports address, version and origin', async () => {
    const found = await status(stateDir);
    assert.deepEqual(
      found.map(({ name, healthy }) => [name, healthy]),
      ['temporal', 'postgres', 'aws', 'payments', 'carrier', 'rail'].map((name) => [name, true]),
    );
    for (const part of found) {
      assert.match(part.address, /127\.0\.0\.1:2\d{4}/);
      assert.match(part.version, /^\d+\.\d+/);
      assert.notEqual(part.origin, '');
    }
    assert.deepEqual(await runningEnv(stateDir), first.env);
  });

  it('makes secrets of the right size, once, that only their owner can read', async () => {
    assert.equal(Buffer.from(first.env['EVENKEEL_PATIENT_HMAC_KEY'] ?? '', 'base64').length, 32);
    const [name, key] = (first.env['EVENKEEL_PAYLOAD_KEYS'] ?? '').split(':');
    assert.deepEqual([name, Buffer.from(key ?? '', 'base64').length], ['k1', 32]);
    const open = readdirSync(stateDir).filter(
      (file) => /^(secrets|stack)\.json$/.test(file) && (modeOf(join(stateDir, file)) & 0o077) !== 0,
    );
    assert.deepEqual(open, []);
  });

  it('finds the running stack on a second up, in less than two seconds, and starts nothing', async () => {
    const startedAt = Date.now();
    assert.deepEqual(await bringUp(), first);
    assert.ok(Date.now() - startedAt < 2_000);
    assert.deepEqual(
      lines.filter((line) => line.includes('starting')),
      [],
    );
  });

  it('starts a killed Postgres again, at the same address with the data it had acknowledged', async () => {
    await sql(first, 'create table kept (what text)');
    await sql(first, "insert into kept values ('a commit that was acknowledged')");
    await kill('postgres', 'SIGKILL', stateDir);

    const second = await bringUp();

    assert.deepEqual(second.env, first.env);
    assert.deepEqual(
      second.parts.filter((part, index) => part.pid !== first.parts[index]?.pid).map(({ name }) => name),
      ['postgres'],
    );
    assert.deepEqual(await sql(second, 'select what from kept'), [{ what: 'a commit that was acknowledged' }]);
    first = second;
  });

  it('restarts one part in place, killed or asked to leave', async () => {
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      for (const name of ['temporal', 'aws', 'postgres', 'payments'] as const) {
        const before = (await status(stateDir)).find((part) => part.name === name);
        const { pid, ...same } = await restart(name, stateDir, signal);
        assert.notEqual(pid, before?.pid);
        assert.deepEqual({ ...same, pid: before?.pid, healthy: true }, before);
      }
    }
    first = await bringUp();
  });

  it('gives services to `prepare` before it answers, and keeps them when `prepare` fails', async () => {
    const failing = bringUp({
      prepare: () => Promise.reject(new StackError('The schema is newer than this version; update evenkeel.')),
    });
    await assert.rejects(failing, {
      name: 'StackError',
      message: 'The schema is newer than this version; update evenkeel.',
    });
    assert.deepEqual(
      await bringUp({ prepare: async (env) => void (await sql({ parts: [], env }, 'select 1')) }),
      first,
    );
  });

  it('takes over from an up that was killed half-way, and keeps what that had started', async () => {
    await down(stateDir);
    const killed = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
        '--input-type=module',
        '-e',
        halfWay(stateDir),
      ],
      {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(killed.stdout, 'data'); // the first part answers
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const left = (await status(stateDir)).map(({ pid }) => pid);

    first = await bringUp();

    assert.ok(lines.some((line) => line === `up.lock: taken over from process ${killed.pid ?? 0}, which is gone`));
    const kept = first.parts.map(({ pid }) => pid).filter((pid) => left.includes(pid));
    assert.notDeepEqual(left, []);
    assert.deepEqual(kept, left);
  });

  it('never signals a process that merely has the pid of one of its parts', async () => {
    await down(stateDir);
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    const running = { pid: stranger.pid ?? 0, began: 'another time' };
    const payments = { name: 'payments' as const, address: '', version: '', origin: '', env: {}, running };
    const state = readState(stateDir);
    writeState(stateDir, { ...state, parts: { payments } });

    await down(stateDir);

    assert.notEqual(began(stranger.pid ?? 0), undefined);
    stranger.kill();
  });

  it('uses what the environment names, and says in one sentence when that does not answer', async () => {
    const silent = await takePort(undefined, new Set(), 0);
    const url = `http://127.0.0.1:${silent}`;
    await assert.rejects(
      bringUp({ env: { ...env, PAYMENTS_URL: url } }),
      new RegExp(`payments does not answer at ${url} \\(.*\\); start it, or unset PAYMENTS_URL to have one started\\.`),
    );
    const carrier = (await status(stateDir)).find(({ name }) => name === 'carrier');
    const given = await bringUp({ env: { ...env, PAYMENTS_URL: carrier?.address ?? '' } });
    assert.deepEqual(
      given.parts.find(({ name }) => name === 'payments'),
      { name: 'payments', address: carrier?.address, version: 'as given', origin: 'PAYMENTS_URL' },
    );
    await assert.rejects(
      restart('payments', stateDir),
      /payments was not started by this stack \(it comes from PAYMENTS_URL\)/,
    );
  });

  it('moves to another port when a stranger has taken the one it had', async () => {
    await down(stateDir);
    const port = Number(new URL(first.env['CARRIER_URL'] ?? '').port);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const moved = await bringUp();
    stranger.close();
    assert.notEqual(moved.env['CARRIER_URL'], first.env['CARRIER_URL']);
    assert.ok(lines.some((line) => line.startsWith(`carrier: port ${port} is busy, `)));
    assert.deepEqual((await bringUp()).env, moved.env, 'and stays there');
  });

  it('is what `stack status` prints, and a part restarted is what `stack restart` prints', async () => {
    const parts = await status(stateDir);
    const ran = await typed(['stack', 'status', '--json'], { EVENKEEL_STATE_DIR: stateDir });
    assert.equal(ran.exit, 0, ran.stderr);
    assert.deepEqual(objects(ran), [...parts, { webUi: first.env['TEMPORAL_UI_URL'] }]);
    const restarted = objects(await typed(['stack', 'restart', 'carrier', '--json'], { EVENKEEL_STATE_DIR: stateDir }));
    const { pid: before, healthy: _healthy, ...carrier } = parts.find(({ name }) => name === 'carrier')!;
    const { pid, ...same } = restarted[0]!;
    assert.deepEqual(same, carrier);
    assert.notEqual(pid, before);
  });

  it('stops everything on down, and leaves no process', async () => {
    await down(stateDir);
    assert.deepEqual(await status(stateDir), []);
    assert.equal(await runningEnv(stateDir), undefined);
    assert.deepEqual(processesOf(stateDir), []);
  });
});

describe('a port of the stack', () => {
  it('is the preferred one when that is free, and another when it is busy or promised to another part', async () => {
    const wanted = await takePort(undefined, new Set(), 0);
    assert.equal(await takePort(wanted, new Set(), 0), wanted);
    assert.notEqual(await takePort(wanted, new Set([wanted]), 0), wanted);
    const stranger = createServer().listen(wanted, '127.0.0.1');
    await once(stranger, 'listening');
    assert.notEqual(await takePort(wanted, new Set(), 0), wanted);
    stranger.close();
    assert.equal(PREFERRED.temporal, 7233);
  });
});

describe('the lock of the stack', () => {
  it('lets one in at a time, also when all find it left by a dead process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-lock-'));
    const path = join(folder, 'up.lock');
    // Our own pid, but of another process that had it before.
    writeFileSync(`${path}.7`, JSON.stringify({ pid: process.pid, began: 'before the last boot' }));
    const lines: string[] = [];
    let inside = 0;
    let most = 0;
    const one = () =>
      withLock(
        path,
        (line) => lines.push(line),
        async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 10));
          inside--;
        },
      );
    await Promise.all([one(), one(), one(), one()]);
    rmSync(folder, { recursive: true });
    assert.equal(most, 1);
    assert.ok(lines.includes(`up.lock: taken over from process ${process.pid}, which is gone`));
  });
});

function halfWay(stateDir: string): string {
  const stack = new URL('../../src/dev/stack.ts', import.meta.url).href;
  return `import { up } from ${JSON.stringify(stack)};
    const onProgress = (line) => / at .* after /.test(line) && process.stdout.write(line);
    await up({ stateDir: ${JSON.stringify(stateDir)}, ports: 'free', worker: false, onProgress });`;
}

/** Every part works in a folder of its stack. */
function processesOf(stateDir: string): number[] {
  return ['', 'aws', 'postgres'].flatMap((folder) =>
    [stateDir, asideHome(stateDir)].flatMap((home) => workIn(join(home, folder))),
  );
}

async function sql(stack: StackState, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: stack.env['DATABASE_URL'] });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function modeOf(file: string): number {
  return statSync(file).mode;
}
