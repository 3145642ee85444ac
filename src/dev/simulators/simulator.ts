import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { faultList, Faults, type ActiveFault } from './faults.ts';
import { listen, LOST, type Answer, type Request } from './http.ts';
import { openJournal } from './journal.ts';
import { Parking } from './parking.ts';

const VERSION = '1.0.0';

/** A failure on request: inside execution, before (`none`) or after (`made`) the effect. */
export interface Failure {
  status: number;
  effect: 'none' | 'made';
}

/** One provider: what its API does, and how it comes back after a restart. */
export interface Provider<Line> {
  /** Takes up a line of the journal, at start. */
  restore(line: Line): void;
  /** Synchronous, so that no two requests interleave. `answered` is called when the answer leaves, or is lost. */
  execute(request: Request, failure?: Failure): { answer: Answer; answered?: () => void };
  /** The body with which it fails without having executed. */
  failureBody(status: number): unknown;
  ledger(): unknown;
}

export interface SimulatorOptions {
  /** Absent: loopback. */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** The journal, JSONL. One process at a time. */
  file: string;
  /** Epoch milliseconds. */
  now?: () => number;
}

export interface Simulator {
  url: string;
  close(): Promise<void>;
}

type ClockLine = { kind: 'clock'; advanceMs: number };
const clockBody = z.strictObject({ advanceMs: z.int().min(0) });
const releaseBody = z.strictObject({ name: z.string().optional() });

/** Starts a provider on its journal: API, far side, and what tests and the demo control. */
export async function startSimulator<Line extends { kind: string }>(
  { host = '127.0.0.1', port, file, now = Date.now }: SimulatorOptions,
  build: (clock: () => number, record: (line: Line) => void) => Provider<Line>,
): Promise<Simulator> {
  const journal = openJournal<Line | ClockLine>(file);
  const faults = new Faults();
  const parking = new Parking();
  let aheadMs = 0;
  let closed = false;
  const provider = build(
    () => now() + aheadMs,
    (line) => journal.append(line),
  );
  for (const line of journal.past) {
    if (isClock(line)) aheadMs += line.advanceMs;
    else provider.restore(line);
  }

  async function handle(request: Request): Promise<Answer | typeof LOST> {
    return request.path.startsWith('/_') ? control(request) : api(request);
  }

  function control(request: Request): Answer {
    switch (`${request.method} ${request.path}`) {
      case 'GET /_health':
        return ok({ version: VERSION });
      case 'GET /_ledger':
        return ok(provider.ledger());
      case 'GET /_control/faults':
        return ok(faults.report());
      case 'POST /_control/faults':
        return withBody(faultList, request, (list) => {
          faults.replace(list);
          return faults.report();
        });
      case 'GET /_control/held':
        return ok(parking.held());
      case 'POST /_control/release':
        return withBody(releaseBody, request, ({ name }) => ({ released: parking.release(name) }));
      case 'POST /_control/clock':
        return withBody(clockBody, request, ({ advanceMs }) => {
          journal.append({ kind: 'clock', advanceMs });
          aheadMs += advanceMs;
          return { nowMs: now() + aheadMs };
        });
      default:
        return { status: 404, body: { message: 'no such control' } };
    }
  }

  async function api(request: Request): Promise<Answer | typeof LOST> {
    const fault = faults.next(request.method, request.path);
    if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { ref: false });
    if (fault?.kind === 'hold-request') await parking.park(heldAt(fault.name, request));
    if (fault?.kind === 'lose-request' || closed) return LOST;
    if (fault?.kind === 'fail-before') return { status: fault.status, body: provider.failureBody(fault.status) };

    if (fault?.kind === 'double-request') provider.execute(request).answered?.();
    const { answer, answered } = provider.execute(request, failureOf(fault));
    if (fault?.kind === 'hold') await parking.park(heldAt(fault.name, request));
    if (fault?.kind === 'delay-answer') await sleep(fault.ms, undefined, { ref: false });
    answered?.();
    return fault?.kind === 'lose-answer' ? LOST : answer;
  }

  const listener = await listen(host, port, handle);
  return {
    url: listener.url,
    async close() {
      closed = true;
      parking.release();
      await listener.close();
      journal.close();
    },
  };
}

function isClock(line: { kind: string }): line is ClockLine {
  return line.kind === 'clock';
}

function failureOf(fault: ActiveFault | undefined): Failure | undefined {
  if (fault?.kind === 'fail-midway') return { status: fault.status, effect: 'none' };
  if (fault?.kind === 'fail-after') return { status: fault.status, effect: 'made' };
  return undefined;
}

function heldAt(name: string, { method, path, headers }: Request) {
  const key = headers['idempotency-key'];
  return { name, request: `${method} ${path}`, key: typeof key === 'string' ? key : null };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function withBody<Body>(schema: z.ZodType<Body>, { body }: Request, use: (body: Body) => unknown): Answer {
  const parsed = schema.safeParse(parseJson(body));
  return parsed.success ? ok(use(parsed.data)) : { status: 400, body: { message: z.prettifyError(parsed.error) } };
}

/** Undefined when it is no JSON; an empty body is an empty object. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text) as unknown;
  } catch {
    return undefined;
  }
}
