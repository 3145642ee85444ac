import { z } from 'zod';
import type { Answer, Request } from './http.ts';
import { RailRules, type Payment, type RailLedger, type RailOptions, type RailState } from './rail-rules.ts';
import { journaled, type Decision, type RequestLine } from './journaled.ts';
import { parseJson, startSimulator, type Provider, type Simulator, type SimulatorOptions } from './simulator.ts';

/** The creditor's name is taken and not kept: a simulator's journal is no place for it. */
const instructionBody = z.object({
  instructionId: z.string().min(1).max(100),
  amountMinor: z.string().regex(/^[1-9]\d{0,17}$/),
  currency: z.string().length(3),
  debtorAccount: z.string().min(1).max(100),
  creditor: z.object({ name: z.string().min(1).max(140), account: z.string().min(1).max(34) }),
});

const PAGE = 100;

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
  return startSimulator<RequestLine<Payment>>(options, (clock, record) => rail(clock, record, rules));
}

function rail(
  clock: () => number,
  record: (line: RequestLine<Payment>) => void,
  rules: RailRules,
): Provider<RequestLine<Payment>> {
  const state: RailState = new Map();

  function decide({ method, path, query, body }: Request, nowMs: number): Decision<Payment> {
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

  function submit(body: string, nowMs: number): Decision<Payment> {
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

  return journaled<Payment>(
    { clock, record },
    {
      decide,
      keep: (payment) => state.set(payment.instructionId, payment),
      ledger(requests, nowMs): RailLedger {
        const payments = [...state.values()].map((payment) => ({
          ...payment,
          status: rules.statusOf(payment, nowMs).status,
        }));
        return { payments, returned: rules.returned(state, nowMs), requests };
      },
    },
  );
}
