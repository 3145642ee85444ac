import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './conditions.ts';
import { script } from './script.ts';

const FAULTS = 'test/faults/run.ts';
const SOAK = 'test/faults/soak/main.ts';
const DEFECTS = 'test/defects/run.ts';

describe('the commands of the checkout', function () {
  this.timeout(120_000);

  const WRONG: [file: string, args: string[], error: string][] = [
    [FAULTS, ['--bogus'], `unknown option '--bogus'`],
    [FAULTS, ['--list', '--only', 'nothing'], 'no case has this in its id; --list alone prints all of them'],
    [SOAK, ['--orders', '20', '--faults', '200'], 'too many faults for so few orders'],
    [DEFECTS, ['--only', '('], `option '--only <pattern>': Not a regular expression.`],
  ];
  for (const [file, args, error] of WRONG)
    it(`say what is wrong with their use: ${file} ${args.join(' ')}`, async () => {
      const ended = await script(file, [...args, '--json']).ended;
      assert.deepEqual(ended, { code: 2, out: '', err: `${JSON.stringify({ error, exit: 2 })}\n` });
    });

  it('explain themselves as they are typed, with an example', async () => {
    const { code, out, err } = await script(SOAK, ['--help']).ended;
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^Usage: npm run -s soak -- \[options\]$/m);
    assert.match(out, /^ {2}\$ npm run -s soak -- --orders 10000 --faults 1000 --seed 7$/m);
  });

  it('end in silence when whoever reads has enough', async () => {
    const list = script(FAULTS, ['--list']);
    list.process.stdout!.once('data', () => list.process.stdout!.destroy());
    const { code, err } = await list.ended;
    assert.deepEqual([code, err], [0, '']);
  });

  for (const [file, args] of [
    [FAULTS, ['--only', 'kill/orders/acceptOrder/received']],
    [SOAK, ['--orders', '20', '--faults', '0']],
  ] as const)
    it(`take their stack down when they are told to stop while it comes up: ${file}`, async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'evenkeel-'));
      const running = script(file, args, { TMPDIR: temporary });
      await until('it has begun', () => running.said().includes('bringing up'));
      running.process.kill('SIGINT');
      const { code, out, err } = await running.ended;
      assert.deepEqual([code, out], [130, ''], err);
      assert.match(err, /SIGINT: taking the stack down/);
      assert.deepEqual(
        readdirSync(temporary).filter((name) => name.startsWith('evenkeel')),
        [],
      );
      rmSync(temporary, { recursive: true });
    });
});
