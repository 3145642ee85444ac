import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/dev/tool.ts';

/** The programs that workers are, compiled. */
export interface Built {
  /** The path of a file of the checkout, compiled: `test/support/held-worker.ts`. */
  readonly path: (file: string) => string;
  readonly remove: () => Promise<void>;
}

/**
 * Compiles the workers and bundles their workflows, as the package has them: a worker is then ready in a third of the
 * time, and a hundred of them are started. The checkout stays as it is.
 */
export async function build(): Promise<Built> {
  const checkout = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-faults-build-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
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
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
    for (const shared of ['node_modules', 'sql', 'package.json'])
      await symlink(join(checkout, shared), join(folder, shared));
    const node = (...args: string[]): Promise<string> => run(process.execPath, args, { env: process.env });
    await node(join(checkout, 'node_modules/typescript/bin/tsc'), '-p', folder);
    await node(join(folder, 'src/prebundle.js'));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path: (file) => join(folder, file.replace(/\.ts$/, '.js')), remove };
}
