import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Json } from '../kit/contract/outcome.ts';
import type { Context } from './context.ts';

/** Ends a command's help with examples that can be copied. */
export const examples = (command: Command, { self }: Context, ...lines: readonly string[]): Command =>
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${self} ${line}`).join('\n')}`);

export const limit = (byDefault?: number): Option =>
  new Option('--limit <n>', 'at most this many').default(byDefault).argParser(whole(1, 10_000));

/** Parses an option that is a whole number in these bounds. */
export const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < from || value > to)
      throw new InvalidArgumentError(`A whole number from ${from} to ${to}.`);
    return value;
  };

export function parsePipelineName(text: string): string {
  if (!/^[a-z][a-z-]*$/.test(text)) throw new InvalidArgumentError('A pipeline is a word, such as orders.');
  return text;
}

export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError('Not JSON.');
  }
}

/** A word of the shell: quoted where it has to be. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
