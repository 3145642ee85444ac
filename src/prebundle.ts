import { mkdirSync, writeFileSync } from 'node:fs';
import { BUNDLES, bundleWorkflows } from './kit/worker/bundle.ts';

// The last step of `npm run build`: the workflow bundles of what was built, beside it.
const here = import.meta.url;
mkdirSync(new URL('./bundles/', here), { recursive: true });
for (const [kind, path] of Object.entries(BUNDLES)) {
  const { code } = await bundleWorkflows(new URL('./workflows/index.js', here), { sealed: kind === 'sealed' });
  writeFileSync(new URL(path, here), code);
}
