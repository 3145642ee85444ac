import type { Answer, Request } from './http.ts';
import { IdempotencyKeys, type KeyStanding, type Remembered } from './idempotency-keys.ts';
import { parseCommand } from './payments-command.ts';
import { decide, type Decision } from './payments-rules.ts';
import { applyEffect, emptyPayments, paymentsLedger, type Effect } from './payments-state.ts';
import { refusal, type Wire, type WireError } from './payments-wire.ts';
import { startSimulator, type Failure, type Provider, type Simulator, type SimulatorOptions } from './simulator.ts';

/** One request in the journal. `remembered`: its answer is kept under its key. */
interface RequestLine {
  kind: 'request';
  atMs: number;
  id: string;
  request: string;
  key: string | null;
  status: number;
  effect?: Effect;
  remembered?: Remembered;
}

/** A payment provider with Stripe's wire format and rules, on 127.0.0.1, remembering all in `file`. */
export async function startPayments(options: SimulatorOptions): Promise<Simulator> {
  return startSimulator<RequestLine>(options, payments);
}

function payments(clock: () => number, record: (line: RequestLine) => void): Provider<RequestLine> {
  const state = emptyPayments();
  const keys = new IdempotencyKeys();

  function restore(line: RequestLine): void {
    state.ledger.requests += 1;
    if (line.effect !== undefined) applyEffect(state, line.effect, line.atMs, line.key);
    if (line.remembered !== undefined && line.key !== null) keys.remember(line.key, line.remembered);
  }

  function execute(request: Request, failure?: Failure) {
    const refused = unauthorised(request);
    if (refused !== undefined) return { answer: refused };

    const id = `req_${String(state.ledger.requests + 1).padStart(6, '0')}`;
    const atMs = clock();
    const name = `${request.method} ${request.path}`;
    const key = keyOf(request);
    const { decision, answer } = decisionOn(request, key, atMs, failure);
    const line: RequestLine = {
      kind: 'request',
      atMs,
      id,
      request: name,
      key,
      status: answer.status,
      ...(decision?.effect === undefined ? {} : { effect: decision.effect }),
    };
    const first = decision !== undefined && key !== null;
    if (first) {
      const { status, body } = answer;
      line.remembered = { fingerprint: fingerprint(request), request: id, status, body, atMs };
    }
    record(line);
    restore(line);
    const headers = { ...answer.headers, 'Request-Id': id, ...(key === null ? {} : { 'Idempotency-Key': key }) };
    if (!first) return { answer: { ...answer, headers } };
    keys.begin(key);
    return { answer: { ...answer, headers }, answered: () => keys.end(key) };
  }

  /** `decision` is absent when nothing executed: a replay, a conflict, or parameters that make no sense. */
  function decisionOn(
    request: Request,
    key: string | null,
    nowMs: number,
    failure: Failure | undefined,
  ): { decision?: Decision; answer: Answer } {
    if (key !== null && key.length > 255) return { answer: failed(400, 'Idempotency keys have up to 255 characters.') };
    const standing: KeyStanding = key === null ? { is: 'new' } : keys.look(key, fingerprint(request), nowMs);
    if (standing.is !== 'new') return { answer: answerFromKey(standing, key ?? '') };
    const parsed = parseCommand(request);
    if ('refused' in parsed) return { answer: parsed.refused };
    if (failure?.effect === 'none') {
      const decision: Decision = failed(failure.status);
      return { decision, answer: decision };
    }
    const decision = decide(state, parsed.command, nowMs);
    return { decision, answer: failure === undefined ? decision : failed(failure.status) };
  }

  return {
    restore,
    execute,
    failureBody: (status) => failed(status).body,
    ledger: () => paymentsLedger(state, clock()),
  };
}

function answerFromKey(standing: Exclude<KeyStanding, { is: 'new' }>, key: string): Answer {
  if (standing.is === 'known') {
    const { status, body, request } = standing.remembered;
    return { status, body, headers: { 'Idempotent-Replayed': 'true', 'Original-Request': request } };
  }
  if (standing.is === 'in flight') {
    return refusal(409, {
      type: 'invalid_request_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using the idempotency key '${key}'.`,
    });
  }
  return refusal(400, {
    type: 'idempotency_error',
    message:
      `Keys for idempotent requests can only be used with the same endpoint and parameters they were first used with. ` +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function failed(status: number, message = 'The simulator was asked to fail.'): Wire {
  const type: WireError['type'] = status >= 500 ? 'api_error' : 'invalid_request_error';
  return refusal(status, { type, message, ...(status === 429 ? { code: 'rate_limit' } : {}) });
}

function unauthorised({ headers }: Request): Wire | undefined {
  if (/^Bearer (sk|rk)_\S+$/.test(headers.authorization ?? '')) return undefined;
  return refusal(401, { type: 'invalid_request_error', message: 'You did not provide an API key.' });
}

/** Only a POST has one: reads and the like are idempotent anyway. */
function keyOf({ method, headers }: Request): string | null {
  const key = headers['idempotency-key'];
  return method === 'POST' && typeof key === 'string' && key !== '' ? key : null;
}

/** Which request this is; parameters in any order. */
function fingerprint({ method, path, body }: Request): string {
  const parameters = new URLSearchParams(body);
  parameters.sort();
  return `${method} ${path} ${parameters.toString()}`;
}
