import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HeldProcess } from '../../../src/kit/testing/barriers.ts';

describe('a held process', () => {
  it('that is built loads what is not: subjects in TypeScript, from the package', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-held-'));
    try {
      const [built, subjects] = [join(folder, 'built.js'), pathToFileURL(join(folder, 'rooms.ts')).href];
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(join(folder, 'rooms.ts'), 'export const rooms: number = 3;\n');
      await writeFile(built, `await import(JSON.parse(process.argv[2]).task.module); process.send({ ready: true });`);
      const held = new HeldProcess(built, { module: subjects }, [], [subjects]);
      await held.ready();
      await held.kill();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
