import assert from 'node:assert/strict';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as run from '../../src/kit/contract/run.ts';
import { barriersOf } from '../../src/kit/testing/points.ts';
import { contractsOf, implemented } from '../../src/kit/worker/manifest.ts';
import { PIPELINES } from '../../src/pipelines/index.ts';
import * as trips from '../support/workflows/contracts.ts';
import { documentOf } from './document.ts';
import { breachesOf, invariants } from './invariants.ts';
import { plan } from './plan.ts';
import { playAll, type Played } from './play.ts';
import { failuresIn, rowOf, totalOf } from './report.ts';
import { slice } from './slice.ts';
import { Stage } from './stage.ts';
import { fatesOf, missing } from './stands.ts';
import { readWorld } from './world.ts';

/** Families that break something at every barrier of everything. */
const EVERYWHERE = [
  ...['kill', 'freeze', 'terminate', 'reset-underway'],
  ...['temporal-killed', 'postgres-restarted', 'postgres-killed'],
];

describe('the plan of the fault matrix', () => {
  const families = plan();

  it('has no case twice, and each under its family’s name', () => {
    const ids = families.flatMap(({ cases }) => cases);
    assert.equal(new Set(ids).size, ids.length);
    for (const { name, cases } of families)
      assert.ok(cases.length > 0 && cases.every((id) => id.startsWith(`${name}/`)));
  });

  for (const name of EVERYWHERE)
    it(`has every barrier of every activity and undo of every pipeline, and of the kit: ${name}`, () => {
      const cases = new Set(families.find((family) => family.name === name)!.cases);
      const wanted = PIPELINES.flatMap(({ starts, modules }) => {
        const pipeline = starts[0]!.name;
        const fates = starts.flatMap((start) => fatesOf(start).map((fate) => `recordFate-${start.workflow}-${fate}`));
        return [
          ...contractsOf({ modules }).flatMap((of) => barriersOf(of).map((at) => `${pipeline}/${of.name}/${at}`)),
          ...fates.flatMap((fate) => barriersOf(run.recordFate).map((at) => `${pipeline}/${fate}/${at}`)),
        ];
      });
      assert.deepEqual(
        wanted.filter((id) => !cases.has(`${name}/${id}`)),
        [],
      );
      const { recordFate: _, ...kit } = run;
      const ofKit = Object.values(kit).flatMap((of) => barriersOf(of).map((at) => `/${of.name}/${at}`));
      assert.deepEqual(
        ofKit.filter((end) => ![...cases].some((id) => id.endsWith(end))),
        [],
      );
    });

  it('names what it lacks: the activities of a new module, and the fates of a new workflow', () => {
    const [first] = PIPELINES;
    const { bookHotel } = trips;
    const modules = [...first!.modules, implemented({ bookHotel }, () => ({}) as never)];
    const more = { starts: [...first!.starts, { ...first!.starts[0]!, workflow: 'bookTrip' }], modules };
    assert.deepEqual(missing([more, ...PIPELINES.slice(1)]), [
      'no course calls bookHotel of orders (REACHED_BY)',
      'no course has bookHotel of orders refused (REFUSED_BY)',
      'no course is cancelled during bookHotel of orders (CANCELLED_IN)',
      ...fatesOf({}).map((fate) => `no course of bookTrip ends ${fate} (COURSES)`),
    ]);
  });
});

describe('a slice of the fault matrix', function () {
  this.timeout(600_000); // the first time on a machine, Temporal is built and MiniStack installed
  const families = plan();
  const chosen = slice(families);
  let stage: Stage;
  let played: Played[];
  before(async () => {
    stage = await Stage.open(() => undefined);
    played = await playAll(stage, families, (id) => chosen.has(id), {
      begins: () => ({ at: () => undefined, stop: () => undefined }),
    });
  });
  after(() => stage?.close());

  it('is reached where it is planned, and ends well', () => {
    assert.deepEqual(failuresIn(played), []);
    const { planned, reached, endedWell } = totalOf(played.map(rowOf));
    assert.deepEqual([planned, reached, endedWell], [chosen.size, chosen.size, chosen.size]);
    assert.ok(chosen.size >= 15, `${chosen.size} cases`);
  });

  it('is written down with every family and every invariant', () => {
    const page = documentOf(played, new Date('2026-01-02T03:04:05Z'));
    assert.match(page, /run of 2026-01-02/);
    for (const { family } of played) assert.ok(page.includes(`| \`${family.name}\` | 1 | 1 | 1 | `), family.name);
    for (const { name } of played.at(-1)!.invariants)
      assert.match(page, new RegExp(`^\\| ${name} \\| \\d+ \\| 0 \\|$`, 'm'));
  });

  it('would have been red: what is edited at the far sides is seen there', async () => {
    const { database, s3, services, stock, delivered } = stage;
    const look = async (): Promise<string> =>
      breachesOf(invariants(await readWorld(stage), { stock, delivered: delivered.size })).join('\n');
    assert.equal(await look(), '');
    const [Key = ''] = (await readWorld(stage)).objects.keys();
    await s3.send(new PutObjectCommand({ Bucket: services.config.EVENKEEL_S3_BUCKET, Key, Body: 'edited' }));
    await database.query(
      `update ledger.accounts set balance_minor = balance_minor + 1 where account_id = (select min(account_id) from ledger.accounts)`,
    );
    await database.query('delete from patients.announcements');
    await database.query(
      `update kit.audit set entry = entry || ' ' where (subject, n) = (select subject, n from kit.audit limit 1)`,
    );
    const red = await look();
    assert.match(red, new RegExp(`^an object is written once: ${Key} has 2 versions$`, 'm'));
    assert.match(red, /^the books sum to zero: [A-Z]{3}: the balances sum to 1$/m);
    assert.match(red, /^every transaction and account adds up: \S+ does not add up$/m);
    assert.match(red, /^a patient’s version is what its fate says: .* is completed, announced 0 times$/m);
    assert.match(red, /^the audit is whole: hash: /m);
  });
});
