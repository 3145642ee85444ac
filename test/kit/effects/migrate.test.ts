import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type Database } from '../../../src/kit/effects/database.ts';
import { migrate, readMigrations, requireSchema, type Migration } from '../../../src/kit/effects/migrate.ts';
import { emptyDatabase, SQL, STACK_TIMEOUT_MS } from '../../support/stack.ts';

const migration = (name: string, sql: string): Migration => ({
  name,
  sql,
  hash: createHash('sha256').update(sql).digest('hex'),
});

describe('migrations', () => {
  const one = migration('kit/0001_one', 'create table one (n int); insert into one values (1)');
  const two = migration('kit/0002_two', 'create table two ()');
  let database: Database;
  before(function () {
    this.timeout(STACK_TIMEOUT_MS);
  });
  beforeEach(async () => {
    ({ database } = await emptyDatabase('migrate'));
  });
  afterEach(() => database.close());

  it('are read from sql/, the kit first, each numbered', async () => {
    const names = (await readMigrations(SQL)).map(({ name }) => name);
    assert.deepEqual(names.slice(0, 2), ['kit/0001_effects', 'kit/0002_inbox']);
    for (const name of names) assert.match(name, /^[a-z]+\/\d{4}_[a-z_]+$/);
  });

  it('of this version run on an empty database, and are then what a worker requires', async () => {
    const all = await readMigrations(SQL);
    await assert.rejects(requireSchema(database, all), {
      name: 'SchemaError',
      message: `the database lacks ${all.map(({ name }) => name).join(', ')}; run \`evenkeel migrate\``,
    });
    assert.deepEqual(
      await migrate(database, all),
      all.map(({ name }) => name),
    );
    await requireSchema(database, all);
    assert.deepEqual(await migrate(database, all), []);
  });

  it('that are new run after those that ran', async () => {
    assert.deepEqual(await migrate(database, [one]), ['kit/0001_one']);
    await assert.rejects(
      requireSchema(database, [one, two]),
      /the database lacks kit\/0002_two; run `evenkeel migrate`/,
    );
    assert.deepEqual(await migrate(database, [one, two]), ['kit/0002_two']);
  });

  it('that were edited after they ran are refused, by the command and by the worker', async () => {
    await migrate(database, [one]);
    const edited = [migration(one.name, `${one.sql} -- better`), two];
    const refused = { name: 'SchemaError', message: /^kit\/0001_one was edited after it ran on this database/ };
    await assert.rejects(migrate(database, edited), refused);
    await assert.rejects(requireSchema(database, edited), refused);
  });

  it('of a newer version are refused, by the command and by the worker', async () => {
    await migrate(database, [one, two]);
    const refused = {
      name: 'SchemaError',
      message: /^the database has kit\/0002_two, which this version does not know/,
    };
    await assert.rejects(migrate(database, [one]), refused);
    await assert.rejects(requireSchema(database, [one]), refused);
  });

  it('started by two at once run once', async () => {
    const ran = await Promise.all([migrate(database, [one, two]), migrate(database, [one, two])]);
    assert.deepEqual(ran.flat().sort(), ['kit/0001_one', 'kit/0002_two']);
    assert.deepEqual(await database.query('select n from one'), [{ n: 1 }]);
  });

  it('that fail leave nothing behind', async () => {
    await assert.rejects(migrate(database, [one, migration('kit/0002_bad', 'create table three (); select 1/0')]));
    await assert.rejects(requireSchema(database, [one]), /the database lacks kit\/0001_one/);
    assert.deepEqual(await database.query("select to_regclass('one') as one, to_regclass('three') as three"), [
      { one: null, three: null },
    ]);
  });
});
