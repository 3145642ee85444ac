import { reconcile } from '../src/domain/matching/ladder.ts';
import { madeSides } from '../src/domain/matching/made.ts';
import { RUNGS, type Rung } from '../src/domain/matching/model.ts';
import { score } from '../src/domain/matching/score.ts';
import { commandLine, inProcess, median, medianRatio } from './command.ts';

const USAGE = `What it takes to reconcile made sides of 10,000, 30,000 and 100,000 entries: time a rung, how it grows beside
n log n, the peak of memory, and what was found of what is true. A process for each run, sizes alternating.

  npm run -s bench:ladder -- --rounds 7
  npm run -s bench:ladder -- --json          one object a line: sizes, then growths
`;
const SIZES = [10_000, 30_000, 100_000];
const WARM_UP = 2_000;

interface Run {
  readonly entries: number;
  /** Of the processor, all threads: the machine has others to serve. */
  readonly cpuMs: Readonly<Record<Rung, number>>;
  /** Of the whole process, the made sides included. */
  readonly peakMb: number;
  readonly wrong: number;
  readonly matchedShare: number;
}

function run(size: number, seed: number): Run {
  const warm = madeSides(seed, WARM_UP); // else the smallest size pays for the compiler
  for (let i = 0; i < 3; i++) reconcile(warm.statement, warm.ledger);
  const made = madeSides(seed, size);
  const cpuMs = Object.fromEntries(RUNGS.map((rung) => [rung, 0])) as Record<Rung, number>;
  let before = process.cpuUsage();
  const result = reconcile(made.statement, made.ledger, {
    onRung: (rung) => {
      const { user, system } = process.cpuUsage(before);
      cpuMs[rung] = (user + system) / 1_000;
      before = process.cpuUsage();
    },
  });
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const entries = made.statement.length + made.ledger.length;
  const matched = entries - result.breaks.length;
  const could = made.truth.reduce((sum, { rung, ...of }) => sum + (rung === 'person' ? 0 : of.statement.length + of.ledger.length), 0); // prettier-ignore
  return { entries, cpuMs, peakMb, wrong: score(made, result).wrong.length, matchedShare: matched / could };
}

async function main(): Promise<void> {
  const {
    terminal,
    numbers: { rounds },
  } = commandLine(USAGE, { rounds: 5 });
  const runs = new Map<number, Run[]>(SIZES.map((size) => [size, []]));
  const bar = terminal.bar(rounds * SIZES.length, 'runs');
  for (let round = 0; round < rounds; round++)
    for (const [at, size] of SIZES.entries()) {
      bar.at(round * SIZES.length + at, `, ${size}`);
      runs.get(size)!.push(await inProcess<Run>(import.meta.url, ['run', String(size), String(round + 1)]));
    }
  bar.stop();

  const of = (size: number, figure: (run: Run) => number): number => median(runs.get(size)!.map(figure));
  const total = ({ cpuMs }: Run): number => RUNGS.reduce((sum, rung) => sum + cpuMs[rung], 0);
  const sizes = SIZES.map((size) => ({
    size,
    entries: of(size, ({ entries }) => entries),
    cpuMs: Math.round(of(size, total)),
    rungsMs: Object.fromEntries(RUNGS.map((rung) => [rung, Math.round(of(size, ({ cpuMs }) => cpuMs[rung]))])),
    peakMb: Math.round(Math.max(...runs.get(size)!.map(({ peakMb }) => peakMb))),
    wrong: Math.max(...runs.get(size)!.map(({ wrong }) => wrong)),
    matchedShare: of(size, ({ matchedShare }) => matchedShare),
  }));
  const growths = SIZES.slice(1).map((size, at) => {
    const from = SIZES[at]!;
    const ratio = medianRatio(runs.get(size)!.map(total), runs.get(from)!.map(total));
    return { from, to: size, ratio, nLogN: (size * Math.log(size)) / (from * Math.log(from)) };
  });
  terminal.results(
    sizes,
    [
      ['a side', ({ size }) => size.toLocaleString('en')],
      ['CPU ms', ({ cpuMs }) => String(cpuMs)],
      // Reading the items, normalising and sorting them stand under the first.
      ...RUNGS.map((rung) => [rung, ({ rungsMs }: (typeof sizes)[number]) => String(rungsMs[rung])] as const),
      ['peak MB', ({ peakMb }) => String(peakMb)],
      ['matched', ({ matchedShare }) => `${(matchedShare * 100).toFixed(1)} %`],
      ['wrong', ({ wrong }) => String(wrong)],
    ],
    '',
  );
  if (!terminal.json) process.stdout.write('\n');
  terminal.results(
    growths,
    [
      ['from', ({ from }) => from.toLocaleString('en')],
      ['to', ({ to }) => to.toLocaleString('en')],
      ['CPU time grew by', ({ ratio }) => ratio.toFixed(2)],
      ['n log n by', ({ nLogN }) => nLogN.toFixed(2)],
    ],
    '',
  );
}

if (process.argv[2] === 'run') process.send!(run(Number(process.argv[3]), Number(process.argv[4])));
else await main();
