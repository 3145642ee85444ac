import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the far side is asked to do. `key` is only noted down, unless it comes as an idempotency key. */
export type Order = { what: 'book' | 'cancel'; key: string; booking: string; seats: number };
type Answer = { status: number; body: object };
type Draft = Order & { id: string; state: 'draft' | 'committed' | 'voided' };

/**
 * The far side of the remote stores: it outlives the processes that call it and notes down what it really did, in order.
 * `POST /effects` honours an `idempotency-key` where one is sent; `/drafts` are committed by id, or voided for good. `GET
 * /done` tells what it really did.
 */
export class Provider {
  readonly done: Order[] = [];
  /** Largest booking that is not `TooMany`. */
  limit = 9;
  closed = false;
  /** How many answers are lost from now on: it is done, and the connection breaks. */
  loseAnswers = 0;
  readonly #answers = new Map<string, { order: string; answer: Answer }>();
  readonly #drafts = new Map<string, Draft>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { status, body: said } = this.#answer(request.method!, request.url!, body, request.headers);
        if (request.method === 'POST' && !request.url!.endsWith('/drafts') && this.loseAnswers > 0) {
          this.loseAnswers--;
          request.socket.destroy();
        } else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
      });
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    provider.#server.unref(); // it goes with the process
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(method: string, url: string, body: string, headers: Record<string, unknown>): Answer {
    const [, collection, id = '', action = ''] = url.split('/');
    if (collection === 'done') return { status: 200, body: this.done };
    if (collection === 'effects') return this.#once(headers['idempotency-key'], body);
    if (method === 'POST' && id === '') {
      const draft: Draft = { ...(JSON.parse(body) as Order), id: `d${this.#drafts.size + 1}`, state: 'draft' };
      this.#drafts.set(draft.id, draft);
      return { status: 200, body: { id: draft.id } };
    }
    const draft = this.#drafts.get(id);
    if (!draft) return { status: 404, body: { code: 'unknown' } };
    if (action === 'void' && draft.state === 'draft') draft.state = 'voided';
    if (action === 'commit') {
      // Voided, or committed already: it does not say by whom, so who asks has to look.
      if (draft.state !== 'draft') return { status: 409, body: { code: draft.state } };
      const answer = this.#do(draft);
      if (answer.status !== 200) return answer;
      draft.state = 'committed';
    }
    return { status: 200, body: { state: draft.state } };
  }

  #once(key: unknown, order: string): Answer {
    if (typeof key !== 'string') return this.#do(JSON.parse(order) as Order);
    const known = this.#answers.get(key);
    if (known && known.order !== order) return { status: 400, body: { code: 'other_parameters' } };
    const answer = known?.answer ?? this.#do(JSON.parse(order) as Order);
    this.#answers.set(key, { order, answer });
    return answer;
  }

  #do({ what, key, booking, seats }: Order): Answer {
    if (what === 'book' && seats > this.limit) return { status: 422, body: { code: 'TooMany' } };
    if (what === 'cancel' && this.closed) return { status: 422, body: { code: 'TooLate' } };
    this.done.push({ what, key, booking, seats });
    return { status: 200, body: { state: 'committed' } };
  }
}
