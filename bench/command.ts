import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Terminal } from '../src/cli/terminal.ts';

/** What every benchmark takes: numbers with their defaults, `--json` and `--help`. A number that is none ends it. */
export function commandLine<N extends string>(
  usage: string,
  defaults: Readonly<Record<N, number>>,
): { terminal: Terminal; numbers: Record<N, number> } {
  const names = Object.keys(defaults) as N[];
  const { values } = parseArgs<{ options: Record<string, { type: 'string' | 'boolean' }> }>({
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values['help']) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const terminal = new Terminal(process);
  terminal.json = values['json'] === true;
  const numbers = names.map((name) => [name, Number(values[name] ?? defaults[name])] as const);
  const wrong = numbers.find(([, number]) => !(Number.isInteger(number) && number > 0));
  if (wrong) throw new RangeError(`--${wrong[0]}: not a whole number above zero`);
  return { terminal, numbers: Object.fromEntries(numbers) as Record<N, number> };
}

/** What `module` sends when it is run with these words in a process of its own. */
export async function inProcess<T>(
  module: string,
  words: readonly string[],
  { flags = [], env = {} }: { flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<T> {
  const child = fork(fileURLToPath(module), words, {
    execArgv: [...flags, '--import', 'tsx'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('a process of the bench ended')));
  const [sent] = (await Promise.race([once(child, 'message'), ended])) as [T];
  ended.catch(() => undefined);
  return sent;
}

export const median = (figures: readonly number[]): number =>
  figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;

/** Median of each round's own ratio: both met the same neighbours. */
export const medianRatio = (of: readonly number[], to: readonly number[]): number =>
  median(of.map((figure, round) => figure / to[round]!));
