import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Terminal } from '../src/cli/terminal.ts';
import { personsOf } from '../src/domain/persons/clusters.ts';
import { fit, patternsOf } from '../src/domain/persons/fit.ts';
import { madeRecords, type MadeRecords } from '../src/domain/persons/made.ts';
import { judge } from '../src/domain/persons/model.ts';
import { MODEL_1 } from '../src/domain/persons/model-1.ts';
import { candidatePairs } from '../src/domain/persons/pairs.ts';
import { linksOf, type Judged } from '../src/domain/persons/place.ts';
import { scoreOfGroups, scoreOfPairs } from '../src/domain/persons/score.ts';
import { NotFebrl, readFebrl } from './matching/febrl.ts';

const USAGE = `What the matcher finds of what is true, and how long it takes, in files of febrl's form (rec_id says whose a record is; it is
looked at only to score) or among records that are made from a seed.

  npm run -s bench:matching -- dataset1.csv dataset2.csv
  npm run -s bench:matching -- dataset2.csv --without identifiers
  npm run -s bench:matching -- --made 5000 --seed 7
  npm run -s bench:matching -- --fit dataset1.csv dataset2.csv     prints a model fitted to the files, as JSON
  npm run -s bench:matching -- dataset1.csv --json                 one object a file
`;

const terminal = new Terminal(process);
const options = {
  made: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string', default: '1' },
  without: { type: 'string', multiple: true, default: [] as string[] },
  fit: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function measured(name: string, { records, truth }: MadeRecords) {
  const started = process.hrtime.bigint();
  const bar = terminal.bar(records.length, `records of ${name}`);
  const judged: Judged[] = [];
  for (const { between, agreement } of candidatePairs(records, (done) => done % 100 === 0 && bar.at(done)))
    judged.push({ between, ...judge(agreement, MODEL_1) });
  const none = { merges: [], decisions: [], withdrawn: [] };
  const { persons } = personsOf({ records: records.map(({ id }) => id), links: linksOf(judged), ...none });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  bar.stop();
  const of = (verdict: Judged['verdict']) => scoreOfPairs(judged.filter((each) => each.verdict === verdict), truth); // prettier-ignore
  const [candidates, links, reviews] = [scoreOfPairs(judged, truth), of('link'), of('review')];
  return {
    name,
    model: MODEL_1.version,
    records: records.length,
    pairs: candidates.there,
    candidates: candidates.found,
    blockingRecall: candidates.recall,
    links,
    persons: scoreOfGroups(persons, truth),
    reviews: { found: reviews.found, right: reviews.right },
    seconds,
  };
}

function main(): void {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  terminal.json = values.json;
  if (values.help || positionals.length + values.made.length === 0) {
    process.stdout.write(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const without = Object.fromEntries(values.without.map((field) => [field, undefined]));
  const inputs = [
    ...positionals.map((path) => ({ name: path.split('/').at(-1)!, of: readFile(path) })),
    ...values.made.map((size) => ({
      name: `made ${size}`,
      of: madeRecords(numberOf('seed', values.seed), numberOf('made', size)),
    })),
  ].map(({ name, of }) => ({
    name,
    of: { ...of, records: of.records.map(({ id, features }) => ({ id, features: { ...features, ...without } })) },
  }));
  if (values.fit) {
    const model = fit('fitted', inputs.flatMap(({ of }) => patternsOf(of.records))); // prettier-ignore
    process.stdout.write(`${JSON.stringify(model, null, 2)}\n`);
    return;
  }
  const found = inputs.map(({ name, of }) => measured(name, of));
  const share = (of: number): string => of.toFixed(4);
  terminal.results(
    found,
    [
      ['file', ({ name }) => name],
      ['records', ({ records }) => String(records)],
      ['true pairs', ({ pairs }) => String(pairs)],
      ['candidates', ({ candidates }) => String(candidates)],
      ['of true pairs', ({ blockingRecall }) => share(blockingRecall)],
      ['links', ({ links }) => String(links.found)],
      ['wrong', ({ links }) => String(links.found - links.right)],
      ['precision', ({ links }) => share(links.precision)],
      ['recall', ({ links }) => share(links.recall)],
      ['as persons', ({ persons }) => `${share(persons.precision)} ${share(persons.recall)}`],
      ['reviews', ({ reviews }) => `${reviews.found}, ${reviews.right} right`],
      ['s', ({ seconds }) => seconds.toFixed(1)],
    ],
    '',
  );
}

function numberOf(option: string, text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new TypeError(`--${option} takes a number of at most seven digits`);
  return Number(text);
}

function readFile(path: string): MadeRecords {
  try {
    return readFebrl(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof NotFebrl ? error.message : ((error as { code?: string }).code ?? 'unreadable');
    throw new NotFebrl(`${path}: ${reason}`);
  }
}

try {
  main();
} catch (error) {
  terminal.error((error as Error).message, 2);
  process.exitCode = 2;
}
