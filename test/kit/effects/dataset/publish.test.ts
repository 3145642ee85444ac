import assert from 'node:assert/strict';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { MadeVersion } from '../../../../src/kit/contract/dataset.ts';
import { bind } from '../../../../src/kit/effects/bind.ts';
import { datasetOnce, readFile, readVersion, type ContentFile } from '../../../../src/kit/effects/dataset/index.ts';
import { contentPath, versionPath } from '../../../../src/kit/effects/dataset/version.ts';
import { sha256Of } from '../../../../src/kit/effects/s3.ts';
import type { Point } from '../../../../src/kit/effects/store.ts';
import { attempt, cameOf, short } from '../../../../src/kit/testing/attempt.ts';
import { AttemptProcess } from '../../../../src/kit/testing/attempt-process.ts';
import type { Json } from '../../../../src/kit/contract/outcome.ts';
import { s3Of, versionsIn } from '../../../support/s3.ts';
import { versitygw, type Gateway } from '../../../support/versitygw.ts';
import { STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import { filesOf, inDatasets } from '../bodies.ts';
import * as contract from '../contracts.ts';
import { durable, type Durable } from '../harness.ts';
import { open, type Site } from '../stores.ts';
import { dataset, shared } from '../subjects.ts';

for (const elsewhere of [false, true])
  describe(`a dataset${elsewhere ? ' on versitygw' : ''}`, () => {
    let gateway: Gateway | undefined;
    let store: Durable;
    let s3: S3Client;
    let bucket: string;
    let site: Site;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      if (elsewhere) gateway = await versitygw((line) => process.stderr.write(`    ${line}\n`));
      if (elsewhere && !gateway) this.skip();
      store = await durable('dataset', gateway);
      ({ site } = store.far);
      s3 = s3Of(site.env);
      bucket = site.env['EVENKEEL_S3_BUCKET']!;
    });
    after(async () => {
      s3?.destroy();
      await gateway?.stop();
    });
    const processes: AttemptProcess[] = [];
    afterEach(async () => void (await Promise.all(processes.splice(0).map((each) => each.kill()))));
    const started = async (subjects: typeof dataset): Promise<AttemptProcess> => {
      const process = new AttemptProcess(subjects, site);
      processes.push(process);
      await process.ready();
      return process;
    };

    /** `1 published bookings/a shows bookings/a` and so on: all that happened in a dataset. */
    const told = async (name: string): Promise<string[]> =>
      (await versionsIn(s3, bucket, name)).map(
        ({ number, made, key, content }) => `${number} ${made} ${key} shows ${content?.key ?? 'nothing'}`,
      );
    const nameOf = (booking: string): string => `${site.folder}/${booking}`;
    /** Activities on a dataset of this name, whatever the booking. */
    const on = (name: string, bodies: Parameters<typeof inDatasets>[3] = filesOf) => {
      const { binding } = open('dataset', site, { database: store.far.database });
      const bound = bind(
        contract.dataset,
        inDatasets(s3, bucket, () => nameOf(name), bodies),
        binding,
      );
      return (activity: 'book' | 'cancel', booking: string): Promise<Json> =>
        cameOf(attempt(bound, activity, { booking, seats: 2 })).then(short);
    };

    it('is versions of several files each, which are read whole and checked', async () => {
      const made = (await store.run('book', { booking: 'layout', seats: 2 })) as unknown as MadeVersion;
      const version = await readVersion(s3, bucket, nameOf('layout'), 'latest');
      const path = contentPath(nameOf('layout'), 'bookings/layout', 'booking.csv');
      assert.equal(path, `${nameOf('layout')}/content/bookings%2Flayout/booking.csv`);
      assert.deepEqual(
        version.content.files.map((file) => [file.name, file.contentType, file.bytes]),
        [
          ['booking.json', 'application/json', 30],
          ['booking.csv', 'text/csv', 23],
        ],
      );
      const [, csv] = version.content.files;
      const bytes = await readFile(s3, bucket, version, 'booking.csv');
      assert.equal(Buffer.from(bytes).toString(), 'booking,seats\nlayout,2\n');
      assert.deepEqual([csv!.path, csv!.sha256], [path, sha256Of(bytes)]);
      const document = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: versionPath(nameOf('layout'), 1) }));
      assert.deepEqual(made, {
        dataset: nameOf('layout'),
        number: 1,
        key: 'bookings/layout',
        sha256: sha256Of((await document.Body?.transformToByteArray())!),
      });
    });

    it('chains each version to the one before by its SHA-256', async () => {
      const run = on('chained');
      for (const booking of ['chained1', 'chained2']) await run('book', booking);
      const [first, second] = await versionsIn(s3, bucket, nameOf('chained'));
      const document = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: versionPath(nameOf('chained'), 1) }));
      assert.equal(first?.previous, null);
      assert.equal(second?.previous, sha256Of((await document.Body?.transformToByteArray())!));
    });

    it('has two versions of two publishers at once, both inside before either is there', async () => {
      const twins = await Promise.all([started(shared), started(shared)]);
      const begun = await Promise.all(
        twins.map((twin, n) => twin.begin('book', { booking: `twin${n}`, seats: 2 }, ['worked'])),
      );
      for (const each of begun) await each.until('worked');
      for (const each of begun) each.go('worked');
      const cames = (await Promise.all(begun.map((each) => each.answer()))).map(short) as unknown as MadeVersion[];
      assert.deepEqual(new Set(cames.map(({ number }) => number)), new Set([1, 2]));
      const versions = await told(nameOf('all'));
      for (const { number, key } of cames)
        assert.equal(versions[number - 1], `${number} published ${key} shows ${key}`);
    });

    it('has one version of two attempts of one publisher at once', async () => {
      const twins = await Promise.all([started(shared), started(shared)]);
      const input = { booking: 'one-of-two', seats: 2 };
      const first = await twins[0].begin('book', input, ['worked']);
      await first.until('worked');
      const second = await twins[1].begin('book', input, ['worked']);
      await second.until('worked');
      first.go('worked');
      second.go('worked');
      const cames = [short(await first.answer()), short(await second.answer())];
      assert.deepEqual(cames[0], cames[1]);
      const mine = (await told(nameOf('all'))).filter((line) => line.includes('one-of-two'));
      assert.equal(mine.length, 1);
    });

    const POINTS: readonly [Point, string][] = [
      ['intended', 'before its content is put'],
      ['claimed', 'with the request to put its content in hand'],
      ['worked', 'with its content put, and the request to put its version in hand'],
      ['sent', 'with its version put, and the answer not recorded'],
    ];
    for (const [point, where] of POINTS) {
      const sleeperAt = async (booking: string) => {
        const sleeper = await started(shared);
        const begun = await sleeper.begin('book', { booking, seats: 2 }, [point]);
        await begun.until(point);
        sleeper.stop();
        return async (): Promise<Json> => {
          sleeper.cont();
          begun.go(point);
          return short(await begun.answer());
        };
      };

      it(`is published once though an attempt sleeps ${where}`, async () => {
        const wake = await sleeperAt(`asleep-${point}`);
        const run = on('all');
        const value = await run('book', `asleep-${point}`);
        await run('book', `other-${point}`);
        assert.deepEqual(await wake(), value);
        assert.equal(
          (await told(nameOf('all'))).filter((line) => line.includes(` published bookings/asleep-${point} `)).length,
          1,
        );
      });

      it(`does not show what is undone though an attempt sleeps ${where}`, async () => {
        const wake = await sleeperAt(`undone-${point}`);
        const run = on('all');
        const { content } = await readVersion(s3, bucket, nameOf('all'), 'latest');
        const before = point === 'sent' ? (await versionsIn(s3, bucket, nameOf('all'))).at(-2)!.content : content;
        const key = `bookings/undone-${point}`;
        assert.deepEqual(await run('cancel', `undone-${point}`), { undone: point === 'sent' });
        assert.deepEqual((await readVersion(s3, bucket, nameOf('all'), 'latest')).content, before);
        const woken = await wake();
        if (point !== 'sent') assert.equal(woken, 'Burned');
        const versions = await versionsIn(s3, bucket, nameOf('all'));
        assert.deepEqual(versions.at(-1)!.content, before);
        assert.deepEqual(
          versions.filter((each) => each.key === key).map(({ made }) => made),
          point === 'sent' ? ['published', 'undone'] : ['undone'],
        );
        assert.equal(await run('book', `undone-${point}`), 'Burned');
      });
    }

    it('finds its own version where others have published since its answer was lost', async () => {
      const lost = await started(shared);
      const input = { booking: 'long-ago', seats: 2 };
      const begun = await lost.begin('book', input, ['sent']);
      await begun.until('sent');
      await lost.kill();
      const run = on('all');
      const before = (await told(nameOf('all'))).length;
      for (const n of [1, 2, 3]) await run('book', `since${n}`);
      const value = (await run('book', 'long-ago')) as unknown as MadeVersion;
      assert.equal(value.number, before);
      assert.equal((await told(nameOf('all'))).length, before + 3);
    });

    describe('whose version is undone', () => {
      it('shows what was before it, and then what was before that', async () => {
        const run = on('back');
        for (const booking of ['back1', 'back2', 'back3']) await run('book', booking);
        for (const booking of ['back3', 'back2', 'back1'])
          assert.deepEqual(await run('cancel', booking), { undone: true });
        assert.deepEqual(await told(nameOf('back')), [
          '1 published bookings/back1 shows bookings/back1',
          '2 published bookings/back2 shows bookings/back2',
          '3 published bookings/back3 shows bookings/back3',
          '4 undone bookings/back3 shows bookings/back2',
          '5 undone bookings/back2 shows bookings/back1',
          '6 undone bookings/back1 shows nothing',
        ]);
        await assert.rejects(readVersion(s3, bucket, nameOf('back'), 'latest'), { code: 'NoVersion' });
        await run('book', 'back4');
        assert.equal((await readVersion(s3, bucket, nameOf('back'), 'latest')).content.key, 'bookings/back4');
      });

      it('shows the newest when that is another, and never again what is undone', async () => {
        const run = on('superseded');
        for (const booking of ['sup1', 'sup2', 'sup3']) await run('book', booking);
        for (const booking of ['sup2', 'sup1', 'sup3']) await run('cancel', booking);
        assert.deepEqual((await told(nameOf('superseded'))).slice(3), [
          '4 undone bookings/sup2 shows bookings/sup3',
          '5 undone bookings/sup1 shows bookings/sup3',
          '6 undone bookings/sup3 shows nothing',
        ]);
      });

      it('that never came makes no version, and none can come', async () => {
        const run = on('never');
        assert.deepEqual(await run('cancel', 'never1'), { undone: false });
        assert.equal(await run('book', 'never1'), 'Burned');
        assert.deepEqual(await told(nameOf('never')), []);
      });
    });

    describe('published from a version that is known', () => {
      const from = (name: string, expected: number | undefined) => {
        const { publish, unpublish } = datasetOnce(
          s3,
          bucket,
          ({ booking, seats }: contract.Booking) => ({ dataset: nameOf(name), source: { booking, seats }, expected }),
          filesOf,
        );
        const { binding } = open('dataset', site, { database: store.far.database });
        const bound = bind(contract.dataset, { book: publish, cancel: unpublish }, binding);
        return (activity: 'book' | 'cancel', booking: string): Promise<Json> =>
          cameOf(attempt(bound, activity, { booking, seats: 2 })).then(short);
      };

      it('is the next, or Superseded, for ever and with nothing left, when another is the next', async () => {
        assert.equal(((await from('known', 0)('book', 'known1')) as unknown as MadeVersion).number, 1);
        await from('known', undefined)('book', 'known2');
        for (const expected of [1, 1, 2]) assert.equal(await from('known', expected)('book', 'known3'), 'Superseded');
        assert.deepEqual(await store.states('known3'), { 'bookings/known3': 'refused' });
        assert.deepEqual(await from('known', 1)('cancel', 'known3'), { undone: false });
        assert.equal(((await from('known', 2)('book', 'known4')) as unknown as MadeVersion).number, 3);
        assert.equal((await told(nameOf('known'))).length, 3);
        const left = await s3
          .send(
            new GetObjectCommand({
              Bucket: bucket,
              Key: contentPath(nameOf('known'), 'bookings/known3', 'booking.csv'),
            }),
          )
          .then(
            () => 'content',
            () => 'nothing',
          );
        assert.equal(left, 'nothing');
      });
    });

    it('whose content comes out otherwise is a conflict, at the first publish, and shows nothing of it', async () => {
      let n = 0;
      // eslint-disable-next-line typescript/require-await -- as a generator that reads would be
      async function* otherwise({ booking }: { booking: string }): AsyncGenerator<ContentFile> {
        yield { name: 'n.txt', contentType: 'text/plain', body: `${booking} ${++n}` };
      }
      const run = on('otherwise', otherwise);
      assert.equal(await run('book', 'otherwise1'), 'KeyConflict');
      assert.equal(await run('book', 'otherwise1'), 'KeyConflict');
      assert.deepEqual(await told(nameOf('otherwise')), []);
    });

    for (const [what, files, says] of [
      ['no file', [], /^no content file$/],
      ['a file whose name is a path', ['a/b.csv'], /^content file 1: its name is not of /],
      ['two files of one name', ['a.csv', 'a.csv'], /^content file 2: its name is there twice$/],
    ] as const)
      it(`of ${what} is a violation of its contract, before anything is recorded`, async () => {
        // eslint-disable-next-line typescript/require-await -- as a generator that reads would be
        async function* these(): AsyncGenerator<ContentFile> {
          for (const name of files) yield { name, contentType: 'text/csv', body: 'a' };
        }
        const booking = `violates${files.length}${files[0]?.length ?? 0}`;
        const { binding } = open('dataset', site, { database: store.far.database });
        const bound = bind(
          contract.dataset,
          inDatasets(s3, bucket, () => nameOf('violates'), these),
          binding,
        );
        const came = await cameOf(attempt(bound, 'book', { booking, seats: 2 }));
        assert.equal('failure' in came && came.failure, 'ContractViolation');
        assert.match('failure' in came ? came.message : '', says);
        assert.deepEqual(await store.states(booking), {});
      });

    describe('that somebody changes behind our back', () => {
      const at = (path: string) => ({ Bucket: bucket, Key: path });

      it('is read as it was published, and no number is used again', async () => {
        const run = on('meddled');
        for (const booking of ['med1', 'med2', 'med3']) await run('book', booking);
        const csv = (booking: string): string => contentPath(nameOf('meddled'), `bookings/${booking}`, 'booking.csv');
        await s3.send(new PutObjectCommand({ ...at(versionPath(nameOf('meddled'), 2)), Body: '{}' }));
        await s3.send(new DeleteObjectCommand(at(versionPath(nameOf('meddled'), 3))));
        await s3.send(new PutObjectCommand({ ...at(csv('med2')), Body: 'booking,seats\nmed2,9\n' }));
        await s3.send(new DeleteObjectCommand(at(csv('med3'))));
        for (const n of [2, 3]) {
          const version = await readVersion(s3, bucket, nameOf('meddled'), n);
          const bytes = await readFile(s3, bucket, version, 'booking.csv');
          assert.equal(Buffer.from(bytes).toString(), `booking,seats\nmed${n},2\n`);
        }
        assert.equal((await readVersion(s3, bucket, nameOf('meddled'), 'latest')).number, 3);
        assert.equal(((await run('book', 'med4')) as unknown as MadeVersion).number, 4);
      });

      it('is read by what its path holds where the id is gone, and only if that is the same', async () => {
        const run = on('restored');
        await run('book', 'res1');
        const version = await readVersion(s3, bucket, nameOf('restored'), 1);
        const [json, csv] = version.content.files;
        for (const { path, versionId } of [json!, csv!])
          await s3.send(new DeleteObjectCommand({ ...at(path), VersionId: versionId! }));
        await s3.send(new PutObjectCommand({ ...at(csv!.path), Body: 'booking,seats\nres1,2\n' }));
        await s3.send(new PutObjectCommand({ ...at(json!.path), Body: '{"booking":"res1","seats":9}' }));
        assert.equal(
          Buffer.from(await readFile(s3, bucket, version, 'booking.csv')).toString(),
          'booking,seats\nres1,2\n',
        );
        await assert.rejects(readFile(s3, bucket, version, 'booking.json'), {
          code: 'Damaged',
          message: `${json!.path}: Damaged`,
        });
      });
    });
  });
