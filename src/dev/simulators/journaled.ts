import type { Answer, Request } from './http.ts';
import type { Failure, Provider } from './simulator.ts';

/** One request in the journal, with what it changed as that was afterwards. */
export interface RequestLine<Effect> {
  kind: 'request';
  atMs: number;
  request: string;
  status: number;
  effect?: Effect;
}

/** What a provider answers, and what changes thereby. */
export type Decision<Effect> = Answer & { effect?: Effect | undefined };

const CODES: Record<number, string> = { 429: 'rate_limited', 503: 'busy' };
const failed = (status: number): Answer => ({ status, body: { code: CODES[status] ?? 'failed' } });

/** A provider that knows no keys: what it decides is journaled with the request, and comes back from there. */
export function journaled<Effect>(
  { clock, record }: { clock: () => number; record: (line: RequestLine<Effect>) => void },
  rules: {
    decide(request: Request, nowMs: number): Decision<Effect>;
    keep(effect: Effect): void;
    /** `requests`: those that reached the rules, reads included; lost ones are not among them. */
    ledger(requests: number, nowMs: number): unknown;
  },
): Provider<RequestLine<Effect>> {
  let requests = 0;

  function restore({ effect }: RequestLine<Effect>): void {
    requests += 1;
    if (effect !== undefined) rules.keep(effect);
  }

  function execute(request: Request, failure?: Failure): { answer: Answer } {
    const atMs = clock();
    const decided: Decision<Effect> = failure?.effect === 'none' ? failed(failure.status) : rules.decide(request, atMs);
    const { effect, ...answer } = decided;
    const sent = failure === undefined ? answer : failed(failure.status);
    const line: RequestLine<Effect> = {
      kind: 'request',
      atMs,
      request: `${request.method} ${request.path}`,
      status: sent.status,
      ...(effect === undefined ? {} : { effect }),
    };
    record(line);
    restore(line);
    return { answer: sent };
  }

  return {
    restore,
    execute,
    failureBody: (status) => failed(status).body,
    ledger: () => rules.ledger(requests, clock()),
  };
}
