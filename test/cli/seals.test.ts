import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { makeSealBucket } from '../../src/kit/effects/seal/index.ts';
import { sealPath } from '../../src/kit/effects/seal/document.ts';
import { durable, type Durable } from '../kit/effects/harness.ts';
import { freshKey } from '../kit/effects/seal/vault.ts';
import { s3Of } from '../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../support/stack.ts';
import { lines, typed, type Ran } from './evenkeel.ts';

describe('the seals of the audit on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-seals-'));
  const keyFile = join(folder, 'audit-key');
  const { own, listed } = freshKey('k1');
  let s3: S3Client;
  let store: Durable;
  let env: Record<string, string>;
  const run = (...args: string[]): Promise<Ran> => typed(args, env);
  /** Of the last line. */
  const told = (ran: Ran): Record<string, unknown> => lines(ran).at(-1)!;
  const sealed = (...args: string[]): Promise<Ran> =>
    typed(['audit', 'seal', ...args], { ...env, EVENKEEL_AUDIT_KEY_FILE: keyFile });
  const book = (booking: string, workflowId: string) => store.run('book', { booking, seats: 1 }, { workflowId });
  const doctor = async (...args: string[]) =>
    lines<{ check: string; state: string; says: string }>(await run('doctor', '--json', ...args)).filter(({ check }) =>
      /seal/.test(check),
    );
  before(async function () {
    this.timeout(STACK_TIMEOUT_MS);
    store = await durable('postgres');
    const { site } = store.far;
    s3 = s3Of(site.env);
    // Who verifies has the public key only; who seals, a file.
    const { EVENKEEL_AUDIT_KEY: _, ...rest } = site.env;
    env = {
      ...rest,
      DATABASE_URL: site.database,
      EVENKEEL_AUDIT_PUBLIC_KEYS: listed,
      EVENKEEL_AUDIT_RETENTION_DAYS: '1',
    };
    writeFileSync(keyFile, `${own}\n`);
  });
  /** Three entries of two runs, and no seal. */
  beforeEach(async () => {
    await store.far.database.query('truncate kit.audit, kit.audit_heads, kit.audit_sealed, kit.effects');
    await book('b1', 'orders/a');
    await book('b2', 'orders/a');
    await book('b3', 'orders/b');
    env['EVENKEEL_AUDIT_BUCKET'] = `seals-${randomUUID()}`;
    await makeSealBucket(s3, env['EVENKEEL_AUDIT_BUCKET']);
  });
  after(() => {
    s3.destroy();
    rmSync(folder, { recursive: true });
  });

  it('have a bucket that `doctor --fix` makes, and must have object lock', async () => {
    const bucket = `seals-${randomUUID()}`;
    env['EVENKEEL_AUDIT_BUCKET'] = bucket;
    for (const command of ['verify', 'seal']) {
      const { exit, stderr } = await typed(['audit', command], { ...env, EVENKEEL_AUDIT_KEY_FILE: keyFile });
      assert.deepEqual(
        [exit, stderr],
        [1, `evenkeel: ${bucket}: there is no such bucket; \`doctor --fix\` makes it\n`],
      );
    }
    assert.deepEqual(await doctor(), [
      { check: 'seal bucket', state: 'wrong', says: `${bucket} does not exist`, todo: 'evenkeel doctor --fix' },
    ]);
    const [made, seals] = await doctor('--fix');
    assert.deepEqual(made, { check: 'seal bucket', state: 'fixed', says: `${bucket} was made, with object lock` });
    assert.equal(seals!.state, 'ok');
    assert.match(seals!.says, /^2 runs are not sealed yet, the oldest entry of \d{4}-/);
    assert.equal(await makeSealBucket(s3, bucket), false);
    env['EVENKEEL_AUDIT_BUCKET'] = env['EVENKEEL_S3_BUCKET']!;
    assert.match((await run('doctor')).stdout, /wrong +seal bucket +\S+ has no object lock/);
    assert.match((await sealed()).stderr, /has no object lock\n$/);
  });

  it('are not looked at where there is none, which `verify` says', async () => {
    for (const [bucket, why] of [
      ['', 'EVENKEEL_AUDIT_BUCKET is not set'],
      [env['EVENKEEL_AUDIT_BUCKET']!, 'There is no seal yet'],
    ] as const) {
      const verified = await typed(['audit', 'verify'], { ...env, EVENKEEL_AUDIT_BUCKET: bucket });
      assert.deepEqual(
        [verified.exit, verified.stdout, verified.stderr],
        [
          0,
          '3 entries of 2 runs: nothing was changed\n' +
            `${why}: not looked for were tails cut off together with their heads, chains rewritten whole, and runs removed whole\n`,
          '',
        ],
      );
      const asJson = told(await typed(['audit', 'verify', '--json'], { ...env, EVENKEEL_AUDIT_BUCKET: bucket }));
      assert.deepEqual(asJson['notChecked'], ['cut', 'removed', 'rewritten']);
      assert.equal(asJson['seals'] === null, bucket === '');
    }
  });

  it('are made by who has the key, and only of what is new', async () => {
    const without = await run('audit', 'seal');
    assert.deepEqual(
      [without.exit, without.stderr],
      [2, 'evenkeel: EVENKEEL_AUDIT_KEY: not set, nor EVENKEEL_AUDIT_KEY_FILE: nothing can be signed\n'],
    );
    const first = await sealed();
    assert.deepEqual([first.exit, first.stderr], [0, '']);
    assert.match(first.stdout, /^seal 1 of \S+Z, SHA-256 \S{44}: 2 runs\n$/);
    const again = await sealed();
    assert.equal(again.exit, 0);
    assert.match(again.stdout, /^nothing is new since seal 1 of \S+Z, SHA-256 \S{44}\n$/);
    await book('b4', 'orders/b');
    const { made, ...second } = told(await sealed('--json'));
    assert.deepEqual([second['number'], second['runs'], made], [2, 1, true]);
    assert.deepEqual(told(await sealed('--json')), { ...second, made: false });
    assert.deepEqual((await doctor())[1], { check: 'seals', state: 'ok', says: 'the whole audit is sealed' });
  });

  it('vouch for what they name, and find what is cut off since, with 1', async () => {
    await sealed();
    await book('b4', 'orders/b');
    await sealed();
    await book('b5', 'orders/c');
    const sound = await run('audit', 'verify');
    assert.equal(sound.exit, 0, sound.stdout);
    assert.match(
      sound.stdout,
      /^5 entries of 3 runs: nothing was changed\n4 of them are sealed, 1 came later: 2 seals, the newest 2 of \S+Z, SHA-256 \S{44}\n$/,
    );
    await s3.send(new DeleteObjectCommand({ Bucket: env['EVENKEEL_AUDIT_BUCKET'], Key: sealPath(1) }));
    const { database } = store.far;
    await database.query("delete from kit.audit where subject = 'orders/a' and n = 2");
    await database.query("delete from kit.effects where key = 'bookings/b2'");
    await database.query(
      "update kit.audit_heads h set n = 1, hash = a.hash from kit.audit a where h.subject = 'orders/a' and a.subject = 'orders/a'",
    );
    const found = await run('audit', 'verify', '--json');
    assert.equal(found.exit, 1);
    assert.deepEqual(lines(found).slice(0, 2), [
      { seal: 1, subject: null, n: null, fault: 'deleted' },
      { seal: 1, subject: 'orders/a', n: 2, fault: 'cut' },
    ]);
    const { seals, notChecked, ...sum } = told(found);
    assert.deepEqual([sum, notChecked], [{ subjects: 3, entries: 4, faults: 2 }, []]);
    assert.deepEqual((seals as Record<string, unknown>)['faults'], 2);
    assert.match(
      (await run('audit', 'verify')).stdout,
      /^seal 1 {2}is hidden by a deletion; the locked version was read\nseal 1 {2}orders\/a {2}2 {2}the entry was sealed, and is no longer there\n/,
    );
    const one = await run('audit', 'verify', '--subject', 'orders/b');
    assert.match(one.stdout, /\n2 entries of 1 runs: 1 faults\n2 of them are sealed, 0 came later/);
  });

  it('are late when something has stood under none for longer than is wanted, which `doctor` says', async () => {
    await sealed();
    await book('b5', 'orders/c');
    const { database } = store.far;
    await database.query(
      `update kit.audit set entry = regexp_replace(entry, '"at":"[^"]*"', '"at":"2026-01-02T03:04:05.000Z"') where key = 'bookings/b5'`,
    );
    assert.deepEqual((await doctor())[1], {
      check: 'seals',
      state: 'wrong',
      says: '1 runs are not sealed yet, the oldest entry of 2026-01-02T03:04:05.000Z',
      todo: 'evenkeel audit seal',
    });
    assert.deepEqual(
      (await typed(['doctor', '--json'], { ...env, EVENKEEL_AUDIT_BUCKET: '' })).stdout.match(
        /the audit is not sealed/g,
      )?.length,
      1,
    );
  });

  for (const [wrong, says] of [
    [
      { EVENKEEL_AUDIT_PUBLIC_KEYS: 'k1:c2VjcmV0' },
      /^evenkeel: audit key k1: not id:base64 of an Ed25519 key in DER\n$/,
    ],
    [{ EVENKEEL_AUDIT_PUBLIC_KEYS: '' }, /^evenkeel: EVENKEEL_AUDIT_PUBLIC_KEYS: not set, nor EVENKEEL_AUDIT_KEY: /],
    [{ EVENKEEL_AUDIT_KEY_FILE: '/nowhere/key' }, /^evenkeel: EVENKEEL_AUDIT_KEY_FILE: cannot be read\n$/],
    [{ EVENKEEL_AUDIT_RETENTION_DAYS: '0' }, /^evenkeel: EVENKEEL_AUDIT_RETENTION_DAYS: too_small\n$/],
  ] as const)
    it(`are not looked at with ${JSON.stringify(wrong)}: exits 2`, async () => {
      const { exit, stderr } = await typed(['audit', 'verify'], { ...env, ...wrong });
      assert.equal(exit, 2);
      assert.match(stderr, says);
    });
});
