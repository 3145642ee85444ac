import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../src/dev/tool.ts';

/** The path of a file of the checkout, compiled: of `test/support/held-worker.ts`, say. */
export type Built = (file: string) => string;

/**
 * Compiles the product and these tests into a folder, and bundles the workflows, as the package has them: a worker is
 * then ready in a third of the time, and a hundred of them are started. The checkout stays as it is, and may be edited.
 */
export async function buildInto(folder: string): Promise<Built> {
  const checkout = process.cwd();
  const project = {
    extends: join(checkout, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true, // `npm run types` has
      rootDir: checkout,
      outDir: folder,
      typeRoots: [join(checkout, 'node_modules/@types')],
    },
    include: [join(checkout, 'src'), join(checkout, 'test/support/held-worker.ts'), join(checkout, 'test/faults')],
  };
  await mkdir(folder);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  for (const shared of ['node_modules', 'sql', 'package.json'])
    await symlink(join(checkout, shared), join(folder, shared));
  const node = (...args: string[]): Promise<string> => run(process.execPath, args, { env: process.env });
  await node(join(checkout, 'node_modules/typescript/bin/tsc'), '-p', folder);
  await node(join(folder, 'src/prebundle.js'));
  return (file) => join(folder, file.replace(/\.ts$/, '.js'));
}
