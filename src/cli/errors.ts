import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { ValueError } from '@temporalio/common';
import { CommanderError } from 'commander';
import { ConfigError, type Config } from '../config.ts';
import { RunError } from '../index.ts';
import { StackError } from '../dev/stack-error.ts';
import { DatasetError } from '../kit/effects/dataset/index.ts';
import { Conflict, ContractViolation, Refusal } from '../kit/effects/errors.ts';
import { SealError } from '../kit/effects/seal/index.ts';
import { ArchiveError } from '../kit/histories/archive.ts';
import { SchemaError } from '../kit/effects/migrate.ts';

/** Exit codes. Help, and a run with any fate, are 0. */
export const EXIT = { failed: 1, usage: 2, input: 3, unreachable: 4 } as const;

/** The command was written wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the command was given to work on is not usable. Paths and codes, never values. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

export interface Service {
  readonly name: string;
  readonly address: string;
  /** What leads to it. */
  readonly variable: string;
  /** `ECONNREFUSED`, say. */
  readonly code: string;
}

/** A service, before anybody tried to reach it. */
export type Place = Omit<Service, 'code'>;

export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor({ name, address, variable, code }: Service, options?: ErrorOptions) {
    super(
      `${name} cannot be reached at ${address} (${code}); run \`npm run stack\`, or set ${variable} to where it runs.`,
      options,
    );
  }
}

export interface Failure {
  readonly exit: number;
  readonly message: string;
}

/** One sentence and an exit code. Errors of ours were written to be read; of foreign ones only class and code are told. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return { exit: EXIT.usage, message: usageOf(error) };
  if (error instanceof UsageError || error instanceof ConfigError) return { exit: EXIT.usage, message: error.message };
  if (error instanceof InputError || error instanceof ContractViolation || error instanceof Conflict)
    return { exit: EXIT.input, message: error.message };
  if (error instanceof Refusal) return { exit: EXIT.input, message: REFUSED[error.type] ?? error.message };
  if (error instanceof DatasetError)
    return { exit: error.code === 'Damaged' ? EXIT.failed : EXIT.input, message: error.message };
  if (error instanceof SealError)
    return { exit: error.code === 'Key' ? EXIT.usage : EXIT.failed, message: error.message };
  if (error instanceof ArchiveError) return { exit: EXIT.input, message: error.message };
  if (error instanceof ValueError && error.message === UNOPENED)
    return { exit: EXIT.usage, message: 'EVENKEEL_PAYLOAD_KEYS: not set, and needed: this is sealed' };
  if (error instanceof RunError) return { exit: RUN_EXIT[error.code], message: error.message };
  if (error instanceof UnreachableError) return { exit: EXIT.unreachable, message: error.message };
  // What the environment named for the stack, and does not answer.
  if (error instanceof StackError && (networkCode(error) ?? (isTemporal(error) ? temporalCode(error) : undefined)))
    return { exit: EXIT.unreachable, message: error.message };
  return { exit: EXIT.failed, message: error instanceof Error ? told(error) : 'something that is no error was thrown' };
}

/** What a command's own effect is refused with. */
const REFUSED: Readonly<Record<string, string>> = {
  NoVersion: 'there is no version of that number that shows anything',
  Withdrawn: 'what that version shows was undone by the run that had published it',
  Superseded:
    'somebody else has published meanwhile; look, and say --expected, or --even-if-superseded, under a new id',
};

/** The SDK's word for what `SealingCodec` has sealed, where there is no key at all. */
const UNOPENED = 'Unknown encoding: binary/encrypted';

const RUN_EXIT: Record<RunError['code'], number> = {
  unknown: EXIT.input,
  rejected: EXIT.input,
  over: EXIT.input,
  unanswered: EXIT.unreachable,
  'no-fate': EXIT.failed,
};

/** Commander quotes what was typed; in `--value` that may be data. */
const usageOf = ({ message }: CommanderError): string =>
  message
    .replace(/^error: /, '')
    .replace(/^(option '.*?') argument '[\s\S]*' is invalid\. /, '$1: ')
    .replace(/^command-argument value '[\s\S]*' is invalid for (argument '.*?')\. /, '$1: ');

const isOurs = (error: Error): boolean =>
  error instanceof StackError || error instanceof SchemaError || /^payload key [\w-]+/.test(error.message);

const told = (error: Error): string =>
  isOurs(error)
    ? error.message
    : `an unexpected ${[error.name, codeOf(error)].filter(Boolean).join(' ')}; EVENKEEL_DEBUG=1 prints where`;

/** The service that this error says cannot be reached, if it says so. */
export function unreachable(error: unknown, config: Config): Service | undefined {
  const places = placesOf(config);
  if (isTemporal(error)) {
    const code = temporalCode(error);
    return code === undefined ? undefined : { ...places.temporal, code };
  }
  const code = networkCode(error);
  if (code === undefined) return undefined;
  if (typeof error === 'object' && error !== null && '$metadata' in error) return { ...places.s3, code };
  const port = portOf(error);
  const byPort = Object.values(places).find(({ address }) => port !== undefined && address.endsWith(`:${port}`));
  return { ...(byPort ?? places.postgres), code };
}

/** Every service, without its credentials. */
export function placesOf(
  config: Config,
): Record<'temporal' | 'postgres' | 's3' | 'payments' | 'carrier' | 'rail', Place> {
  return {
    temporal: { name: 'Temporal', address: config.TEMPORAL_ADDRESS, variable: 'TEMPORAL_ADDRESS' },
    postgres: { name: 'Postgres', address: hostOf(config.DATABASE_URL, '5432'), variable: 'DATABASE_URL' },
    s3: {
      name: 'S3',
      address: config.AWS_ENDPOINT_URL ? hostOf(config.AWS_ENDPOINT_URL, '443') : `AWS in ${config.AWS_REGION}`,
      variable: 'AWS_ENDPOINT_URL',
    },
    payments: {
      name: 'The payment provider',
      address: config.PAYMENTS_URL ? hostOf(config.PAYMENTS_URL, '443') : 'api.stripe.com:443',
      variable: 'PAYMENTS_URL',
    },
    carrier: { name: 'The carrier', address: hostOf(config.CARRIER_URL, '80'), variable: 'CARRIER_URL' },
    rail: { name: 'The payment rail', address: hostOf(config.RAIL_URL, '80'), variable: 'RAIL_URL' },
  };
}

function hostOf(url: string, port: string): string {
  if (!URL.canParse(url)) return 'an address that is no URL';
  const { hostname, port: given } = new URL(url);
  return `${hostname}:${given || port}`;
}

const NETWORK = /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|UND_ERR_)|^TimeoutError$/;
/** The server is there and takes nobody: shutting down, starting, full; or it does not know this user or database. */
const POSTGRES_REFUSES = /^(57P0[123]|53300|28P01|28000|3D000)$/;
const POSTGRES_SILENT = /timeout exceeded when trying to connect|connection timeout|Connection terminated/;

export function networkCode(error: unknown): string | undefined {
  for (const each of within(error)) {
    const code = codeOf(each) ?? each.name;
    if (NETWORK.test(code) || POSTGRES_REFUSES.test(code)) return code;
    if (POSTGRES_SILENT.test(each.message)) return 'no answer';
    // Another Postgres than the stack's: it asks for a password that nobody gave.
    if (/^SASL: .*password/.test(each.message)) return 'it wants a password';
  }
  return undefined;
}

function portOf(error: unknown): number | undefined {
  return within(error).find((each): each is Error & { port: number } => 'port' in each && typeof each.port === 'number')
    ?.port;
}

/** An error, what it was made of, and its causes. */
function within(error: unknown): Error[] {
  const found: Error[] = [];
  for (const queue = [error]; queue.length > 0 && found.length < 20;) {
    const each = queue.shift();
    if (!(each instanceof Error)) continue;
    found.push(each);
    queue.push(each.cause, ...(each instanceof AggregateError ? (each.errors as unknown[]) : []));
  }
  return found;
}

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** By its class in the client, by its name in the worker, which is loaded only where it is needed. */
const isTemporal = (error: unknown): error is Error =>
  within(error).some(
    (each) =>
      each instanceof ServiceError ||
      isGrpcServiceError(each) ||
      each.name === 'TransportError' ||
      /Failed to connect before the deadline/.test(each.message),
  );

/** gRPC's UNAVAILABLE and DEADLINE_EXCEEDED; UNAUTHENTICATED and PERMISSION_DENIED are told too: nothing can be reached so. */
const GRPC: Readonly<Record<number, string>> = {
  14: 'UNAVAILABLE',
  4: 'DEADLINE_EXCEEDED',
  16: 'UNAUTHENTICATED',
  7: 'PERMISSION_DENIED',
};

function temporalCode(error: Error): string | undefined {
  const grpc = within(error).find(isGrpcServiceError);
  if (grpc) return GRPC[grpc.code];
  return 'no answer';
}
