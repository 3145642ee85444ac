import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkflowBundleOption,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { FAILURE_CONVERTER } from './codec.ts';

/**
 * Bundles workflows for the sandbox, with an inert stand-in for zod: nothing is parsed there, and the library would
 * double the bundle and cost every cached workflow a megabyte (measured: `npm run -s bench:sandbox`).
 * With `replay`, what a `Replayer` hears is in it too.
 */
export function bundleWorkflows(
  workflows: URL,
  { sealed, replay = false }: { sealed: boolean; replay?: boolean },
): Promise<WorkflowBundleWithSourceMap> {
  const kit = (name: string): string => fileURLToPath(new URL(`../workflow/${name}${extension()}`, import.meta.url));
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(workflows),
    logger: new DefaultLogger('ERROR'),
    preloadModules: contractsBeside(workflows),
    ...(replay ? { workflowInterceptorModules: [kit('tell-calls')] } : {}),
    ...(sealed ? { failureConverterPath: FAILURE_CONVERTER } : {}),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: {
        ...config.resolve,
        extensions: ['.ts', '.js'],
        alias: { ...(config.resolve?.alias as Record<string, string>), zod: kit('zod-stand-in') },
      },
    }),
  });
}

/** Contracts are declarations without state: a thread evaluates them once for all its workflows, and not for each. */
function contractsBeside(workflows: URL): string[] {
  const folder = new URL('../contracts/', workflows);
  if (!existsSync(folder)) return [];
  const modules = readdirSync(folder).filter((name) => name.endsWith(extension()));
  return modules.map((name) => fileURLToPath(new URL(name, folder)));
}

/** Bundles made when the package was built: a worker is ready in half the time, and a dead one replaced so much sooner. */
export const BUNDLES = { clear: 'bundles/clear.js', sealed: 'bundles/sealed.js' } as const;

/** The bundle of `workflows`: beside them, where the package was built; else made now. */
export async function workflowBundle(workflows: URL, { sealed }: { sealed: boolean }): Promise<WorkflowBundleOption> {
  const built = fileURLToPath(new URL(`../${sealed ? BUNDLES.sealed : BUNDLES.clear}`, workflows));
  return existsSync(built) ? { codePath: built } : bundleWorkflows(workflows, { sealed });
}

/** `.ts` from source, `.js` when built. */
const extension = (): string => import.meta.url.slice(-3);
