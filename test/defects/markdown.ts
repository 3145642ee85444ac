import { testsOf, type Defect } from './defect.ts';

/** The list as a page: what is in docs/defects.md. */
export const markdown = (defects: readonly Defect[]): string =>
  [
    '# Planted defects',
    '',
    'Made by `npm run -s defects -- --markdown`. Each line was planted alone into a copy of the checkout by `npm run defects`, and',
    'each test that is named for it went red. What that is for: [promises](promises.md).',
    '',
    '| promise | defect | caught by |',
    '|---|---|---|',
    ...defects.map((defect) => {
      const tests = testsOf(defect).map(([file, title]) => `\`${file}\` ${title}`);
      return `| ${defect.promise} | ${defect.what} | ${tests.join('; and ')} |`;
    }),
    '',
  ].join('\n');
