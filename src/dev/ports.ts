import { createServer, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from './stack-error.ts';

/** The ports people expect; taken when nobody else has them. */
export const PREFERRED = {
  temporal: 7233,
  ui: 8233,
  postgres: 5432,
  aws: 4566,
  payments: 4610,
  carrier: 4620,
  rail: 4630,
  metrics: 9464,
  health: 9465,
} as const;
export type PortName = keyof typeof PREFERRED;
export type Ports = Record<PortName, number>;

// Below the range from which systems give ports to outgoing connections (from 32768 on Linux), and not by asking for
// port 0: a port from that range can be taken by any client between this look and the part's own bind.
const FREE_FROM = 20_000;
const FREE_COUNT = 10_000;
const TRIES = 200;
const PROBE_MS = 500;

export async function isFree(port: number): Promise<boolean> {
  // Both: macOS lets one bind 127.0.0.1 beside a listener on all addresses.
  return (await canBind(port)) && !(await answers('127.0.0.1', port, PROBE_MS));
}

/** The port asked for when it is free, or becomes so within `patienceMs` (its last holder may just be leaving). */
export async function takePort(
  wanted: number | undefined,
  taken: ReadonlySet<number>,
  patienceMs: number,
): Promise<number> {
  if (wanted !== undefined && !taken.has(wanted)) {
    for (const end = Date.now() + patienceMs; ; await sleep(100)) {
      if (await isFree(wanted)) return wanted;
      if (Date.now() >= end) break;
    }
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FREE_FROM + Math.floor(Math.random() * FREE_COUNT);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new StackError(
    `No free port found from ${FREE_FROM} to ${FREE_FROM + FREE_COUNT}; end some of what listens there.`,
  );
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether somebody accepts connections there. */
export function answers(host: string, port: number, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(withinMs, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
