import { ApplicationFailure } from '@temporalio/common';
import { FAILURE, type Json } from '../contract/outcome.ts';
import { databaseCode } from './database.ts';
import { Burned, Conflict, ContractViolation, InDoubt, Refusal, Transient } from './errors.ts';

/** What `kit.claim` raises. */
const RUN_ENDED = 'EK001';

/** The one place where an error becomes Temporal's: declared types, paths and codes; never a foreign message. */
export function failureOf(error: unknown): ApplicationFailure {
  const made = (type: string, message: string, nonRetryable: boolean, details: Json[] = []): ApplicationFailure => {
    const failure = ApplicationFailure.create({ type, message, nonRetryable, details });
    failure.stack = ''; // places are for our log: a history is for ever, and need not know where we are installed
    return failure;
  };
  if (error instanceof Refusal) return made(error.type, error.message, true);
  if (error instanceof Transient) return made(error.type, error.message, false);
  if (error instanceof Conflict) return made(FAILURE.conflict, error.message, true);
  // What was applied is told along, as to every attempt before: a run that is told again goes on with it to the rest.
  if (error instanceof Burned)
    return made(FAILURE.burned, error.message, true, error.applied === undefined ? [] : [error.applied]);
  if (error instanceof InDoubt) return made(FAILURE.inDoubt, error.message, true);
  if (databaseCode(error) === RUN_ENDED) return made(FAILURE.ended, 'the run has a fate', true);
  if (error instanceof ContractViolation) return made(FAILURE.violation, error.message, false);
  return made(FAILURE.unexpected, classAndCode(error), false);
}

export function eventOf(error: unknown): 'refused' | 'conflict' | 'burned' | 'inDoubt' | 'failed' {
  if (error instanceof Refusal) return 'refused';
  if (error instanceof Conflict) return 'conflict';
  if (error instanceof Burned) return 'burned';
  return error instanceof InDoubt ? 'inDoubt' : 'failed';
}

function classAndCode(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = databaseCode(error) ?? (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${error.constructor.name} ${code}` : error.constructor.name;
}

/** Class, code and the places it came through; not the message, which may hold anything, lines that look like places too. */
export const traceOf = (error: unknown): string =>
  [classAndCode(error), ...(error instanceof Error ? placesOf(error) : [])].join('\n');

function placesOf({ stack = '', message }: Error): string[] {
  const from = stack.indexOf(message);
  return stack
    .slice(from === -1 ? 0 : from + message.length)
    .split('\n')
    .filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    .slice(0, 8);
}
