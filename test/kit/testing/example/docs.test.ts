import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate, readMigrations } from '../../../../src/kit/effects/migrate.ts';
import { provenOnce } from '../../../../src/kit/testing/index.ts';
import { freshDatabase, STACK_TIMEOUT_MS } from '../../../support/stack.ts';
import rooms from './rooms.subjects.ts';

const here = (file: string): string => join(process.cwd(), 'test/kit/testing/example', file);
/** The file as a team has it, which imports the package. */
const published = (file: string): string =>
  readFileSync(here(file), 'utf8')
    .replaceAll('../../../../src/kit/contract/index.ts', 'evenkeel/kit/contract')
    .replaceAll('../../../../src/kit/testing/index.ts', 'evenkeel/testing')
    .replaceAll('../../../../src/kit/index.ts', 'evenkeel/kit');

describe('docs/testing.md', () => {
  const page = readFileSync(join(process.cwd(), 'docs/testing.md'), 'utf8');
  for (const file of ['rooms.ts', 'room-activities.ts', 'rooms.subjects.ts'])
    it(`has ${file} as it is tried here`, () => {
      const [, shown] = new RegExp(`// ${file}\n([^]*?)\`\`\``).exec(page) ?? [];
      assert.equal(shown, published(file));
    });

  it('is right: the example happens once', async function () {
    this.timeout(STACK_TIMEOUT_MS);
    const { url, database } = await freshDatabase('example');
    await migrate(database, await readMigrations(pathToFileURL(here('sql/'))));
    await provenOnce(rooms, { database: url });
  });
});
