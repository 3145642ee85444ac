import assert from 'node:assert/strict';
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { verifyAudit } from '../../../../src/kit/effects/audit.ts';
import { Database, type Session } from '../../../../src/kit/effects/database.ts';
import { sha256 } from '../../../../src/kit/effects/fingerprint.ts';
import { sha256Of } from '../../../../src/kit/effects/s3.ts';
import { documentOf, HEADS_LIMIT, sealPath, type Seal } from '../../../../src/kit/effects/seal/document.ts';
import { parseSealKeys, SealError, type Sealing } from '../../../../src/kit/effects/seal/index.ts';
import { s3Of, versionsAt } from '../../../support/s3.ts';
import { STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import { versitygw, type Gateway } from '../../../support/versitygw.ts';
import { durable, type Durable } from '../harness.ts';
import { freshKey, Vault } from './vault.ts';

const SOUND = { chains: [], seals: [] };

for (const elsewhere of [false, true])
  describe(`a seal of the audit${elsewhere ? ' on versitygw' : ''}`, () => {
    let gateway: Gateway | undefined;
    let store: Durable;
    let database: Database;
    let s3: S3Client;
    let vault: Vault;
    before(async function () {
      this.timeout(STACK_TIMEOUT_MS);
      if (elsewhere) gateway = await versitygw((line) => process.stderr.write(`    ${line}\n`));
      if (elsewhere && !gateway) this.skip();
      store = await durable('postgres', gateway);
      ({ database } = store.far);
      s3 = s3Of(store.far.site.env);
    });
    after(async () => {
      s3?.destroy();
      await gateway?.stop();
    });
    beforeEach(async () => {
      vault = await Vault.open(s3, store);
      await vault.grow(3, 'orders/a', 'orders/b');
    });

    const sealOf = async (number: number): Promise<Seal> =>
      (JSON.parse(await vault.document(number)) as { seal: Seal }).seal;
    const chainsIn = async (number: number): Promise<string[]> =>
      (await sealOf(number)).heads.map(([subject, n]) => `${subject} ${n}`);
    const heads = (): Promise<{ subject: string; n: string; hash: string }[]> =>
      database.query('select subject, n, hash from kit.audit_heads order by subject');
    const numbers = ({ made }: Sealing): number[] => made.map(({ number }) => number);

    /** Holds the puts of a sealer until it is told to go on. */
    const held = (): { s3: S3Client; arrived: Promise<void>; go: () => void } => {
      let [arrive, go]: [() => void, () => void] = [() => undefined, () => undefined];
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      const gone = new Promise<void>((resolve) => (go = resolve));
      const send = async (command: object): Promise<unknown> => {
        if (command instanceof PutObjectCommand) {
          arrive();
          await gone;
        }
        return s3.send(command as PutObjectCommand);
      };
      return { s3: { send } as unknown as S3Client, arrived, go };
    };

    it('names the chains that have changed since the one before it, how many there are, and its key', async () => {
      const [a, b] = (await heads()).map(({ hash }) => hash);
      const { made, newest } = await vault.seal();
      assert.deepEqual(made, [newest]);
      assert.deepEqual(await sealOf(1), {
        number: 1,
        at: '2023-11-14T22:13:26.000Z',
        previous: null,
        key: 'k1',
        subjects: 2,
        entries: 6,
        heads: [
          ['orders/a', 3, a],
          ['orders/b', 3, b],
        ],
      });
      await vault.grow(2, 'orders/b', 'orders/c');
      await vault.seal();
      const { heads: changed, ...rest } = await sealOf(2);
      assert.deepEqual(rest, {
        number: 2,
        at: '2023-11-14T22:13:30.000Z',
        previous: sha256Of(await vault.document(1)),
        key: 'k1',
        subjects: 3,
        entries: 10,
      });
      assert.deepEqual(
        changed.map(([subject, n]) => [subject, n]),
        [
          ['orders/b', 5],
          ['orders/c', 2],
        ],
      );
      await vault.grow(1, 'orders/d');
      const { sealed, entries } = await verifyAudit(database, [sha256], { seals: vault });
      const { at, sha256: hash } = { at: rest.at, sha256: sha256Of(await vault.document(2)) };
      assert.deepEqual(sealed, {
        seals: 2,
        newest: { number: 2, at, sha256: hash, runs: 2 },
        entries: 10,
        unlocked: 0,
        faults: [],
      });
      assert.equal(entries, 11);
    });

    it('is not made when nothing is new', async () => {
      assert.deepEqual(numbers(await vault.seal()), [1]);
      const { made, newest } = await vault.seal();
      assert.deepEqual([made, newest?.number], [[], 1]);
      assert.deepEqual(await versionsAt(s3, vault.bucket, sealPath(2)), []);
      await vault.grow(1, 'orders/a');
      assert.deepEqual(numbers(await vault.seal()), [2]);
    });

    it('is not made of nothing at all', async () => {
      await database.query('truncate kit.audit, kit.audit_heads, kit.effects');
      assert.deepEqual(await vault.seal(), { made: [], newest: undefined });
      assert.deepEqual(await vault.faults(), SOUND);
    });

    it('holds so many chains; what is new beyond that is in the next one, of the same moment', async () => {
      await database.query(
        `insert into kit.audit_heads select 'many/' || i, 1, repeat('0', 64) from generate_series(1, $1) i`,
        [HEADS_LIMIT],
      );
      const sealer = held();
      const sealing = vault.seal({ s3: sealer.s3 });
      await sealer.arrived;
      await vault.grow(1, 'orders/c');
      sealer.go();
      const { made } = await sealing;
      assert.deepEqual(
        made.map(({ number, runs }) => [number, runs]),
        [
          [1, HEADS_LIMIT],
          [2, 2],
        ],
      );
      const [one, other] = [await sealOf(1), await sealOf(2)];
      assert.deepEqual([one.subjects, other.subjects], [HEADS_LIMIT + 2, HEADS_LIMIT + 2]);
      assert.equal(other.previous, made[0]!.sha256);
      assert.deepEqual(await chainsIn(2), ['orders/a 3', 'orders/b 3']);
      assert.deepEqual(await chainsIn((await vault.seal()).made[0]!.number), ['orders/c 1']);
    });

    it('cannot be deleted, nor can its time be shortened; a deletion or another object hides it, and is told', async () => {
      await vault.seal();
      const at = { Bucket: vault.bucket, Key: sealPath(1) };
      const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: vault.bucket }));
      const version = { ...at, VersionId: Versions![0]!.VersionId! };
      const refused = (error: { $metadata?: { httpStatusCode?: number } }): boolean =>
        error.$metadata?.httpStatusCode === 403;
      const tomorrow = new Date(Date.now() + 86_400_000);
      await assert.rejects(s3.send(new DeleteObjectCommand({ ...version, BypassGovernanceRetention: true })), refused);
      await assert.rejects(
        s3.send(
          new PutObjectRetentionCommand({ ...version, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: tomorrow } }),
        ),
        refused,
      );
      assert.deepEqual(await vault.faults(), SOUND);

      await cut('orders/b', 1);
      const another = await vault.put(1, documentOf({ ...(await sealOf(1)), number: 2 }, vault.keys.own!));
      assert.deepEqual((await vault.faults()).seals, ['1 overwritten', '1 orders/b 3 cut']);
      await s3.send(new DeleteObjectCommand({ ...at, VersionId: another }));
      const deletion = await s3.send(new DeleteObjectCommand(at));
      assert.deepEqual((await vault.faults()).seals, ['1 deleted', '1 orders/b 3 cut']);
      await vault.grow(1, 'orders/a');
      assert.deepEqual(numbers(await vault.seal()), [2], 'its number is not used again');
      await s3.send(new DeleteObjectCommand({ ...at, VersionId: deletion.VersionId! }));
      assert.deepEqual((await vault.faults()).seals, ['1 orders/b 3 cut']);
    });

    /** Ends a chain early, with everything that would tell of it. */
    const cut = async (subject: string, n: number): Promise<void> => {
      await database.query(
        `with gone as (delete from kit.audit where subject = $1 and n > $2 returning key),
              heads as (update kit.audit_heads h set n = $2, hash = a.hash from kit.audit a
                        where h.subject = $1 and a.subject = $1 and a.n = $2)
         select from gone`,
        [subject, n],
      );
      await forget();
    };
    const remove = async (subject: string): Promise<void> => {
      await database.query('delete from kit.audit where subject = $1', [subject]);
      await database.query('delete from kit.audit_heads where subject = $1', [subject]);
      await forget();
    };
    const forget = (): Promise<unknown> =>
      database.query('delete from kit.effects e where not exists (select from kit.audit a where a.key = e.key)');
    /** Changes who did it in every entry, and makes the hashes anew, the head's too. */
    const rewrite = async (subject: string): Promise<void> => {
      await database.query(
        `with recursive entries as (
           select n, replace(entry, '"actor":"bookings"', '"actor":"nobody"') as entry from kit.audit where subject = $1),
         chain (n, entry, hash) as (
           select n, entry, kit.audit_hash('', $1, n, entry) from entries where n = 1
           union all
           select e.n, e.entry, kit.audit_hash(c.hash, $1, e.n, e.entry) from chain c join entries e on e.n = c.n + 1)
         update kit.audit a set entry = c.entry, hash = c.hash from chain c where a.subject = $1 and a.n = c.n`,
        [subject],
      );
      await database.query(
        `update kit.audit_heads h set hash = a.hash from kit.audit a
         where h.subject = $1 and a.subject = $1 and a.n = h.n`,
        [subject],
      );
    };

    const FORGERIES: readonly { what: string; forge: () => Promise<unknown>; finds: readonly string[] }[] = [
      { what: 'a tail that is cut off with its head', forge: () => cut('orders/b', 2), finds: ['1 orders/b 3 cut'] },
      {
        what: 'a tail that is cut off and has grown again',
        forge: async () => {
          await cut('orders/b', 2);
          await vault.grow(2, 'orders/b');
        },
        finds: ['1 orders/b 3 rewritten'],
      },
      {
        what: 'a chain that is rewritten whole, every hash right',
        forge: () => rewrite('orders/a'),
        finds: ['1 orders/a 3 rewritten'],
      },
      { what: 'a run that is removed whole', forge: () => remove('orders/a'), finds: ['1 orders/a 3 removed'] },
      {
        what: 'a run that is removed whole, also from what the database says is sealed',
        forge: async () => {
          await remove('orders/a');
          await database.query("delete from kit.audit_sealed where subject = 'orders/a'");
        },
        finds: ['1 orders/a 3 removed'],
      },
      {
        what: 'a chain that is said to be sealed, so that it never will be',
        forge: async () => {
          await vault.grow(1, 'orders/c');
          await database.query("insert into kit.audit_sealed values ('orders/c', 1, 'x', 1)");
        },
        finds: ['1 orders/c 1 not-sealed'],
      },
      {
        what: 'a chain that is said to be sealed further than it is',
        forge: async () => {
          await vault.grow(1, 'orders/b');
          await database.query("update kit.audit_sealed set n = 4 where subject = 'orders/b'");
        },
        finds: ['1 orders/b 4 not-sealed'],
      },
      {
        what: 'a chain that is said to be sealed by no seal at all',
        forge: async () => {
          await database.query('alter table kit.audit_sealed drop constraint if exists audit_sealed_seal_check');
          await database.query("update kit.audit_sealed set seal = 0 where subject = 'orders/b'");
        },
        finds: ['0 orders/b 3 not-sealed'],
      },
    ];
    for (const { what, forge, finds } of FORGERIES)
      it(`finds ${what}, which the chains do not show`, async () => {
        await vault.seal();
        assert.deepEqual(await vault.faults(), SOUND);
        await forge();
        assert.deepEqual(await vault.faults(), { chains: [], seals: finds });
      });

    it('stands by what it has sealed though a later one seals the forgery', async () => {
      await vault.seal();
      await rewrite('orders/a');
      await vault.grow(1, 'orders/a');
      assert.deepEqual(await chainsIn((await vault.seal()).newest!.number), ['orders/a 4']);
      assert.deepEqual(await vault.faults(), { chains: [], seals: ['1 orders/a 3 rewritten'] });
    });

    it('is made of a chain that is shorter than it was sealed, as one is after the database was put back', async () => {
      await vault.seal();
      await cut('orders/b', 2);
      assert.deepEqual(await chainsIn((await vault.seal()).newest!.number), ['orders/b 2']);
      assert.deepEqual(await vault.faults(), { chains: [], seals: ['1 orders/b 3 cut'] });
      const { sealed } = await verifyAudit(database, [sha256], { seals: vault });
      assert.equal(sealed!.entries, 5);
    });

    it('is looked for in one chain only, when that is asked for', async () => {
      await vault.seal();
      await cut('orders/b', 2);
      const of = async (subject: string) => (await verifyAudit(database, [sha256], { seals: vault, subject })).sealed!;
      assert.deepEqual((await of('orders/a')).faults, []);
      assert.equal((await of('orders/a')).entries, 3);
      assert.equal((await of('orders/b')).faults.length, 1);
    });

    describe('of three', () => {
      let documents: Record<number, string>;
      beforeEach(async () => {
        for (const subject of ['orders/c', 'orders/d', 'orders/e']) {
          await vault.grow(1, subject);
          await vault.seal();
        }
        documents = { 1: await vault.document(1), 2: await vault.document(2), 3: await vault.document(3) };
      });
      const changed = (document: string, to: Partial<Seal>): Seal => ({
        ...(JSON.parse(document) as { seal: Seal }).seal,
        ...to,
      });
      /** The second one, in a bucket that somebody has made anew. */
      const second = async (document: string | undefined): Promise<void> => {
        const { 2: _, ...others } = documents;
        await vault.inAnotherBucket(document === undefined ? others : { ...others, 2: document });
      };

      it('is found in a copy of the bucket as it is in the first', async () => {
        await second(documents[2]);
        assert.deepEqual(await vault.faults(), SOUND);
      });

      it('is missed in the middle', async () => {
        await second(undefined);
        assert.deepEqual((await vault.faults()).seals, ['2 missing']);
        await vault.grow(1, 'orders/a');
        assert.deepEqual(numbers(await vault.seal()), [4], 'and what is new is sealed');
      });

      it('is missed at the end, and nothing is sealed in its place', async () => {
        const { 3: _, ...others } = documents;
        await vault.inAnotherBucket(others);
        assert.deepEqual((await vault.faults()).seals, ['3 missing']);
        await vault.grow(1, 'orders/a');
        await assert.rejects(
          vault.seal(),
          new SealError('Missing', 'audit/seals/000003.json: is missing, and the database has heard of it'),
        );
      });

      it('is no seal when a head in it was edited', async () => {
        await second(documents[2]!.replace('orders/d', 'orders/x'));
        assert.deepEqual((await vault.faults()).seals, ['2 no-seal']);
      });

      it('is no seal under another number', async () => {
        await second(documents[1]);
        assert.deepEqual((await vault.faults()).seals, ['2 no-seal']);
      });

      it('is no seal when another key has signed it under the same id', async () => {
        const { own } = parseSealKeys(freshKey('k1').own, undefined);
        await second(documentOf(changed(documents[2]!, {}), own!));
        assert.deepEqual((await vault.faults()).seals, ['2 no-seal']);
      });

      it('is not believed when a key has signed it that is not listed', async () => {
        const { own } = parseSealKeys(freshKey('k9').own, undefined);
        await second(documentOf(changed(documents[2]!, { key: 'k9' }), own!));
        assert.deepEqual((await vault.faults()).seals, ['2 unknown-key']);
      });

      it('is found to be replaced when who has the key has signed another', async () => {
        const { heads } = changed(documents[2]!, {});
        await second(documentOf(changed(documents[2]!, { entries: 99, heads }), vault.keys.own!));
        assert.deepEqual((await vault.faults()).seals, ['3 unchained']);
      });

      it('has one form only: a space more is no seal', async () => {
        await second(`${documents[2]!} `);
        assert.deepEqual((await vault.faults()).seals, ['2 no-seal']);
      });

      it('is not made where something else is in its place, until that is taken away', async () => {
        await vault.grow(1, 'orders/a');
        const junk = await vault.put(4, '{"seal": "mine"}');
        await assert.rejects(vault.seal(), new SealError('Damaged', 'audit/seals/000004.json: no-seal'));
        assert.deepEqual((await vault.faults()).seals, ['4 no-seal']);
        await s3.send(new DeleteObjectCommand({ Bucket: vault.bucket, Key: sealPath(4), VersionId: junk }));
        assert.deepEqual(numbers(await vault.seal()), [4]);
        await vault.put(77, 'far beyond');
        await vault.grow(1, 'orders/a');
        assert.deepEqual(numbers(await vault.seal()), [5]);
        assert.deepEqual(await vault.faults(), SOUND);
      });
    });

    it('can be deleted when it has no lock, which is counted', async () => {
      await vault.seal();
      const document = await vault.document(1);
      await vault.inAnotherBucket({});
      await vault.put(1, document);
      const { sealed } = await verifyAudit(database, [sha256], { seals: vault });
      assert.deepEqual([sealed!.unlocked, sealed!.faults], [1, []]);
    });

    it('is made once by two sealers at once, both with it in hand before either is there', async () => {
      const [one, other] = [held(), held()];
      const both = Promise.all([vault.seal({ s3: one.s3 }), vault.seal({ s3: other.s3 })]);
      await Promise.all([one.arrived, other.arrived]);
      one.go();
      other.go();
      const made = (await both).map(numbers);
      assert.deepEqual(made.flat(), [1]);
      assert.deepEqual(await versionsAt(s3, vault.bucket, sealPath(1)), ['version']);
      assert.deepEqual((await vault.seal()).made, []);
      assert.deepEqual(await vault.faults(), SOUND);
    });

    it('has the next number, and only what is left, when another sealer was quicker', async () => {
      const [quick, slow] = [held(), held()];
      const first = vault.seal({ s3: quick.s3 });
      await quick.arrived;
      await vault.grow(1, 'orders/c');
      const second = vault.seal({ s3: slow.s3 });
      await slow.arrived;
      quick.go();
      assert.deepEqual(numbers(await first), [1]);
      slow.go();
      assert.deepEqual(numbers(await second), [2]);
      assert.deepEqual([await chainsIn(1), await chainsIn(2)], [['orders/a 3', 'orders/b 3'], ['orders/c 1']]);
      assert.deepEqual(await vault.faults(), SOUND);
    });

    it('is told to be without a lock when its time is over', async () => {
      await vault.seal();
      vault.clock = () => new Date('2223-11-14T00:00:00Z');
      const { sealed } = await verifyAudit(database, [sha256], { seals: vault });
      assert.deepEqual([sealed!.unlocked, sealed!.faults], [1, []]);
    });

    it('names a chain that was put back and has come to its length again, otherwise', async () => {
      await vault.seal();
      await cut('orders/b', 2);
      await vault.grow(1, 'orders/b');
      const { made } = await vault.seal();
      assert.deepEqual(await chainsIn(made[0]!.number), ['orders/b 3']);
    });

    it('is noted by the next sealer when its own dies before it has', async () => {
      class Dying extends Database {
        override query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
          if (/insert into kit.audit_sealed/.test(sql)) return Promise.reject(new Error('killed'));
          return super.query(sql, values);
        }
      }
      const dying = new Dying(store.far.site.database, { max: 2 });
      await assert.rejects(vault.seal({ database: dying }), /killed/);
      await dying.close();
      assert.deepEqual(await vault.faults(), SOUND);
      const { made, newest } = await vault.seal();
      assert.deepEqual([made, newest?.number], [[], 1]);
      await vault.grow(1, 'orders/a');
      assert.deepEqual(await chainsIn((await vault.seal()).made[0]!.number), ['orders/a 4']);
    });

    it('finds nothing wrong while work and sealing go on', async () => {
      await vault.seal();
      /** Grows and is sealed after the moment that is looked at. */
      let came = 0;
      class Busy extends Database {
        override connection<T>(story: (session: Session) => Promise<T>): Promise<T> {
          return super.connection((session) =>
            story({
              run: (sql) => session.run(sql),
              query: async (sql, values) => {
                const rows = await session.query(sql, values);
                if (came++ === 0) {
                  await vault.grow(1, 'orders/a', 'orders/new');
                  await vault.seal();
                }
                return rows as never;
              },
            }),
          );
        }
      }
      const busy = new Busy(store.far.site.database, { max: 2 });
      assert.deepEqual(await vault.faults(busy), SOUND);
      await busy.close();
      assert.deepEqual(await chainsIn(2), ['orders/a 4', 'orders/new 1']);
      assert.deepEqual(await vault.faults(), SOUND);
    });

    it('is signed by the next key after a rotation, and those before it are believed by theirs', async () => {
      const [k1, k2] = [freshKey('k1'), freshKey('k2')];
      vault.keys = parseSealKeys(k1.own, undefined);
      await vault.seal();
      await vault.grow(1, 'orders/a');
      vault.keys = parseSealKeys(k2.own, undefined);
      await assert.rejects(vault.seal(), new SealError('Damaged', 'audit/seals/000001.json: unknown-key'));
      vault.keys = parseSealKeys(k2.own, k1.listed);
      await vault.seal();
      assert.deepEqual([(await sealOf(1)).key, (await sealOf(2)).key], ['k1', 'k2']);
      assert.deepEqual(await vault.faults(), SOUND);
      vault.keys = parseSealKeys(undefined, [k1.listed, k2.listed].join(', '));
      assert.deepEqual(await vault.faults(), SOUND, 'who verifies needs no private key');
      vault.keys = parseSealKeys(undefined, k2.listed);
      assert.deepEqual((await vault.faults()).seals, ['1 unknown-key']);
    });

    it('is not made of what is no head, for it could not be taken back', async () => {
      await database.query("update kit.audit_heads set hash = 'x' where subject = 'orders/b'");
      await assert.rejects(vault.seal(), { name: 'SealError', code: 'Damaged' });
      assert.deepEqual(await versionsAt(s3, vault.bucket, sealPath(1)), []);
    });

    it('of another database is not taken for the next one, though the same key has signed it', async () => {
      await vault.seal();
      await vault.put(2, documentOf({ ...(await sealOf(1)), number: 2, previous: 'another' }, vault.keys.own!));
      await assert.rejects(vault.seal(), new SealError('Damaged', 'audit/seals/000002.json: unchained'));
      assert.deepEqual((await vault.faults()).seals, ['2 unchained']);
    });

    it('is not made without a key to sign with', async () => {
      vault.keys = parseSealKeys(undefined, freshKey('k1').listed);
      await assert.rejects(vault.seal(), new SealError('Key', 'audit key: there is none to sign with'));
    });
  });
