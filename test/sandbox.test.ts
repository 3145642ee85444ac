import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { WorkflowBundle } from '@temporalio/worker';
import { bundleWorkflows } from '../src/kit/worker/bundle.ts';
import { quietly } from './support/temporal.ts';

/** Our folders whose files may run in the workflow sandbox. */
const SANDBOXED = ['contracts', 'domain', 'kit/contract', 'kit/workflow', 'workflows'];

/** Without its source map, in bytes; what every worker parses and every cached workflow shares. Measured: 732 KB. */
const BUNDLE_LIMIT_BYTES = 800_000;

describe('the sandbox boundary', function () {
  this.timeout(120_000);
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'evenkeel-sandbox-'));
    for (const part of ['src', 'tsconfig.json', 'tsconfig.sandbox.json', '.oxlintrc.json', 'package.json'])
      cpSync(part, join(copy, part), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  function plant(file: string, text: string): void {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
  function run(tool: string, ...args: string[]): { code: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(join('node_modules', '.bin', tool), args, {
      cwd: copy,
      encoding: 'utf8',
    });
    return { code: status, said: stdout + stderr };
  }

  describe('compiled without the types of Node', () => {
    const compiled = (): ReturnType<typeof run> => run('tsc', '-p', 'tsconfig.sandbox.json', '--pretty', 'false');

    it('passes as it is', () => {
      assert.deepEqual(compiled(), { code: 0, said: '' });
    });

    for (const [file, text, error] of [
      [
        'src/workflows/orders/planted.ts',
        `export const a = process.env['A'];`,
        /^src\/workflows\/orders\/planted\.ts\(1,18\): error TS\d+: Cannot find name 'process'/m,
      ],
      [
        'src/contracts/planted.ts',
        `export const a = Buffer.from('a');`,
        /^src\/contracts\/planted\.ts\(1,18\): error TS\d+: Cannot find name 'Buffer'/m,
      ],
      [
        'src/kit/workflow/planted.ts',
        `import 'node:fs';\nexport const a = readFileSync;`,
        /^src\/kit\/workflow\/planted\.ts\(/m,
      ],
      [
        'src/kit/contract/planted.ts',
        `export const a = fetch('a');`,
        /^src\/kit\/contract\/planted\.ts\(1,18\): error TS\d+: Cannot find name 'fetch'/m,
      ],
    ] as const)
      it(`finds what is planted in ${dirname(file)}`, () => {
        plant(file, text);
        const { code, said } = compiled();
        assert.notEqual(code, 0);
        assert.match(said, error);
      });
  });

  describe('linted', () => {
    const linted = (...files: string[]): ReturnType<typeof run> =>
      run('oxlint', '-c', '.oxlintrc.json', '--format', 'unix', ...files);
    const found = (file: string): string[] =>
      linted(file)
        .said.split('\n')
        .filter((line) => line.includes(file))
        .map((line) => line.slice(line.indexOf(file) + file.length))
        .map((line) => line.replace(/^:(\d+):.*(no-restricted-\w+).*$/, '$1 $2'))
        .toSorted();

    it('passes as it is', () => {
      const { code, said } = linted(...SANDBOXED.map((folder) => `src/${folder}`));
      assert.equal(code, 0, said);
    });

    for (const folder of ['src/workflows/orders', 'src/contracts', 'src/kit/workflow', 'src/kit/contract'])
      it(`finds what is planted in ${folder}`, () => {
        const file = `${folder}/planted.ts`;
        plant(
          file,
          [
            `import { readFileSync } from 'node:fs';`,
            `import { bind } from '${'../'.repeat(folder.split('/').length - 1)}kit/effects/bind.ts';`,
            `import { orderActivities } from '${'../'.repeat(folder.split('/').length - 1)}activities/orders/orders.ts';`,
            `import { Client } from '@temporalio/client';`,
            `export const planted = [readFileSync, bind, orderActivities, Client, new Date(), process.env['A']];`,
          ].join('\n'),
        );
        assert.deepEqual(found(file), [
          '1 no-restricted-imports',
          '2 no-restricted-imports',
          '3 no-restricted-imports',
          '4 no-restricted-imports',
          '5 no-restricted-globals',
          '5 no-restricted-globals',
        ]);
      });
  });

  describe('bundled', () => {
    const bundled = (): Promise<WorkflowBundle> => {
      quietly();
      return bundleWorkflows(pathToFileURL(join(copy, 'src/workflows/index.ts')), { sealed: true });
    };
    /** The modules of a bundle by webpack's names, less the folder they are in. */
    const modulesOf = ({ code }: WorkflowBundle): string[] =>
      [...code.matchAll(/^\/\*{3}\/ "([^"]+)"$/gm)].map(([, id]) => id!.replace(/^.*?(?=(node_modules|src)\/)/, ''));
    const foreign = (bundle: WorkflowBundle): string[] =>
      modulesOf(bundle).filter((id) =>
        id.startsWith('src/')
          ? !SANDBOXED.some((folder) => id.startsWith(`src/${folder}/`))
          : /node_modules\/(zod|pg|stripe|@aws-sdk)\//.test(id),
      );

    it('holds our stories, contracts and domain and nothing else of ours, and no zod', async () => {
      const bundle = await bundled();
      const ours = modulesOf(bundle).filter((id) => id.startsWith('src/'));
      for (const file of [
        'src/workflows/orders/fulfil-order.ts',
        'src/contracts/orders.ts',
        'src/kit/workflow/saga.ts',
        'src/kit/workflow/zod-stand-in.ts',
      ])
        assert(ours.includes(file), `${file} is not found in the bundle: is it still read rightly?`);
      assert.deepEqual(foreign(bundle), []);
      const map = bundle.code.indexOf('\n//# sourceMappingURL=');
      const size = Buffer.byteLength(bundle.code.slice(0, map < 0 ? undefined : map));
      assert(size < BUNDLE_LIMIT_BYTES, `${size} bytes`);
    });

    it('has the contracts evaluated once for all workflows of a thread', async () => {
      const { code } = await bundled();
      const [, preloaded] = /preloadModules = function preloadModules\(\) \{\n(.*?)\n\}/s.exec(code)!;
      const names = readdirSync('src/contracts').map((file) => `src/contracts/${file}`);
      const found = new Set([...preloaded!.matchAll(/"[^"]*?(src\/contracts\/[^" ]+)/g)].map(([, id]) => id));
      assert.deepEqual(found, new Set(names));
    });

    /** Lines at which a module that is shared by workflows would keep something of one for another. */
    const stateful = (): string[] =>
      ['contracts', 'kit/contract'].flatMap((folder) =>
        readdirSync(join(copy, 'src', folder)).flatMap((file) =>
          readFileSync(join(copy, 'src', folder, file), 'utf8')
            .split('\n')
            .filter((line) =>
              /^(export )?(let|var) |^(export )?const .*= (new (Weak)?(Map|Set)\(\)|\[\]|\{\});/.test(line),
            )
            .map((line) => `${file}: ${line}`),
        ),
      );
    it('which keep no state', () => {
      assert.deepEqual(stateful(), []);
      plant(
        'src/contracts/planted.ts',
        'let seen = 0;\nexport const kept = new Map();\nexport const next = () => seen++;',
      );
      assert.deepEqual(stateful(), ['planted.ts: let seen = 0;', 'planted.ts: export const kept = new Map();']);
    });

    it('finds what is planted: an implementation, and zod itself', async () => {
      plant(
        'src/workflows/planted.ts',
        `export { Refusal } from '../kit/effects/errors.ts';\nexport { string } from '../../node_modules/zod/index.js';`,
      );
      plant('src/workflows/index.ts', `export * from './planted.ts';`);
      const found = foreign(await bundled());
      assert(found.includes('src/kit/effects/errors.ts'), String(found));
      assert(found.some((id) => id.startsWith('node_modules/zod/')));
    });
  });
});
