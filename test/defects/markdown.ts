import type { Defect } from './defect.ts';

/** The list as a page: what is in docs/defects.md. */
export const markdown = (defects: readonly Defect[]): string =>
  [
    '# Planted defects',
    '',
    'Made by `npm run -s defects -- --markdown`. Each line was planted alone into a copy of the checkout by `npm run defects`, and',
    'the test that is named for it went red. What that is for: [promises](promises.md).',
    '',
    '| promise | defect | caught by |',
    '|---|---|---|',
    ...defects.map(({ promise, what, caughtBy: [file, title] }) => `| ${promise} | ${what} | \`${file}\` ${title} |`),
    '',
  ].join('\n');
