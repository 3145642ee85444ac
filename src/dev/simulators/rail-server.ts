import { z } from 'zod';
import type { Answer, Request } from './http.ts';
import { RailRules, type Payment, type RailLedger, type RailOptions, type RailState } from './rail-rules.ts';
import {
  parseJson,
  startSimulator,
  type Failure,
  type Provider,
  type Simulator,
  type SimulatorOptions,
} from './simulator.ts';

/** One request in the journal, with the payment if it was accepted. */
interface RequestLine {
  kind: 'request';
  atMs: number;
  request: string;
  status: number;
  effect?: Payment;
}

/** The creditor's name is taken and not kept: a simulator's journal is no place for it. */
const instructionBody = z.object({
  instructionId: z.string().min(1).max(100),
  amountMinor: z.string().regex(/^[1-9]\d{0,17}$/),
  currency: z.string().length(3),
  debtorAccount: z.string().min(1).max(100),
  creditor: z.object({ name: z.string().min(1).max(140), account: z.string().min(1).max(34) }),
});

const PAGE = 100;
const CODES: Record<number, string> = { 429: 'rate_limited', 503: 'busy' };

/** A payment rail that knows an instruction by its id, for ever, on 127.0.0.1, remembering all in `file`. */
export async function startRail({
  settlesAfterMs,
  returnsAfterMs,
  ...options
}: RailOptions & SimulatorOptions): Promise<Simulator> {
  const rules = new RailRules({
    ...(settlesAfterMs === undefined ? {} : { settlesAfterMs }),
    ...(returnsAfterMs === undefined ? {} : { returnsAfterMs }),
  });
  return startSimulator<RequestLine>(options, (clock, record) => rail(clock, record, rules));
}

function rail(clock: () => number, record: (line: RequestLine) => void, rules: RailRules): Provider<RequestLine> {
  const state: RailState = new Map();
  let requests = 0;

  function restore({ effect }: RequestLine): void {
    requests += 1;
    if (effect !== undefined) state.set(effect.instructionId, effect);
  }

  function execute(request: Request, failure?: Failure): { answer: Answer } {
    const atMs = clock();
    const { effect, ...decided } =
      failure?.effect === 'none' ? { ...failed(failure.status), effect: undefined } : decide(request, atMs);
    const answer = failure === undefined ? decided : failed(failure.status);
    const line: RequestLine = {
      kind: 'request',
      atMs,
      request: `${request.method} ${request.path}`,
      status: answer.status,
      ...(effect === undefined ? {} : { effect }),
    };
    record(line);
    restore(line);
    return { answer };
  }

  function decide({ method, path, query, body }: Request, nowMs: number): Answer & { effect?: Payment | undefined } {
    const [collection, id, ...rest] = path.slice(1).split('/');
    if (method === 'POST' && collection === 'credit-transfers' && id === undefined) return submit(body, nowMs);
    if (method === 'GET' && collection === 'credit-transfers' && id !== undefined && rest.length === 0) {
      const payment = state.get(id);
      return payment ? answered(200, payment, nowMs) : { status: 404, body: { code: 'not_found' } };
    }
    if (method === 'GET' && collection === 'returns' && id === undefined) {
      const all = rules.returned(state, nowMs);
      const from = Number(query.get('after') ?? 0);
      return {
        status: 200,
        body: { returns: all.slice(from, from + PAGE), next: from + PAGE < all.length ? String(from + PAGE) : null },
      };
    }
    return { status: 404, body: { code: 'not_found' } };
  }

  function submit(body: string, nowMs: number): Answer & { effect?: Payment } {
    const parsed = instructionBody.safeParse(parseJson(body));
    if (!parsed.success) return { status: 400, body: { code: 'invalid', message: z.prettifyError(parsed.error) } };
    const { creditor, ...rest } = parsed.data;
    const payment: Payment = { ...rest, creditorAccount: creditor.account, acceptedMs: nowMs };
    const known = state.get(payment.instructionId);
    // Sent again it is the same instruction, or somebody's mistake: AM05, duplication.
    if (known) {
      const same = { ...payment, acceptedMs: known.acceptedMs };
      return JSON.stringify(same) === JSON.stringify(known)
        ? answered(200, known, nowMs)
        : { status: 409, body: { code: 'AM05' } };
    }
    const reason = rules.rejects(payment);
    if (reason !== undefined)
      return { status: 200, body: { instructionId: payment.instructionId, status: 'RJCT', reason } };
    return { ...answered(201, payment, nowMs), effect: payment };
  }

  const answered = (status: number, payment: Payment, nowMs: number): Answer => ({
    status,
    body: { instructionId: payment.instructionId, ...rules.statusOf(payment, nowMs) },
  });

  return {
    restore,
    execute,
    failureBody: (status) => failed(status).body,
    ledger(): RailLedger {
      const nowMs = clock();
      const payments = [...state.values()].map((payment) => ({
        ...payment,
        status: rules.statusOf(payment, nowMs).status,
      }));
      return { payments, returned: rules.returned(state, nowMs), requests };
    },
  };
}

const failed = (status: number): Answer => ({ status, body: { code: CODES[status] ?? 'failed' } });
