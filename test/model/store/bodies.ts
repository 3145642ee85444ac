import type { Implementation } from '../../../src/kit/effects/body.ts';
import type { Booking, keyed, local, neither, probeable } from '../../kit/effects/contracts.ts';
import { ask, voidDraft, type Draft, type Far, type Line, type Mode, type Order, type Says } from './far.ts';
import type { Point } from './world.ts';

/** What a body does in the attempt that is under way: the script is the attempt's, not the key's. */
export interface Act {
  readonly id: number;
  readonly says: Says;
  readonly line: Line;
  requests: number;
  readonly comes: (point: Point) => Promise<void>;
}

type Fails = { readonly refuse: (type: never) => Error; readonly retry: (type: 'Busy') => Error };
const heard = (reply: string, type: string, { refuse, retry }: Fails): void => {
  if (reply === 'no') throw refuse(type as never);
  if (reply === 'busy' || reply === 'committed') throw retry('Busy');
  if (reply !== 'yes') throw new Error(reply);
};

/** Effects in the store's transaction. They are noted down before it is refused or fails: it has to be rolled back. */
export function inTransaction<Tx>(
  act: () => Act,
  note: (tx: Tx, done: string) => Promise<void>,
): Implementation<typeof local, Tx> {
  return {
    async book({ seats }, { tx, key, ...fails }) {
      await note(tx, `book ${key}`);
      heard(act().says, 'TooMany', fails);
      return { seats };
    },
    async cancel(_booking, { tx, key, ...fails }) {
      await note(tx, `cancel ${key}`);
      heard(act().says, 'TooLate', fails);
    },
  };
}

type Request = Order & { seats: number };

/** Effects at a provider in this process, which is as unreliable as any. */
export function atProvider(
  act: () => Act,
  far: Far,
  mode: Exclude<Mode, 'local'>,
): Implementation<typeof keyed, unknown> &
  Implementation<typeof neither, unknown> &
  Implementation<typeof probeable, unknown> {
  const request =
    (what: Order['what']) =>
    async ({ seats }: Booking, { key }: { key: string }): Promise<Request> => {
      const attempt = act();
      await attempt.comes('prepares');
      const id = `${attempt.id}.${++attempt.requests}`;
      if (mode === 'probeable') far.drafts[id] = 'draft';
      await attempt.comes('prepared');
      return { what, key, id, seats };
    };
  const send = async ({ what, key, id }: Request, type: string, fails: Fails): Promise<void> => {
    const { id: from, line, says } = act();
    await wire();
    const order = { what, key, id };
    if (line === 'request late') far.late.push({ from, order, says });
    if (line === 'request late' || line === 'request lost') throw new Error(line);
    const reply = ask(far, mode, order, says);
    await wire();
    if (line === 'answer lost') throw new Error(line);
    heard(reply, type, fails);
  };
  const look = async ({ id }: Request): Promise<Draft> => {
    await act().comes('looks');
    const draft = far.drafts[id]!;
    await act().comes('looked');
    return draft;
  };
  const fence = async ({ id }: Request): Promise<void> => {
    await act().comes('fences');
    voidDraft(far, id);
    await act().comes('fenced');
  };
  const told = (draft: Draft): 'absent' | 'lapsed' => (draft === 'draft' ? 'absent' : 'lapsed');
  const book = {
    request: request('book'),
    send: (order: Request, fails: Fails) => send(order, 'TooMany', fails).then(() => ({ seats: order.seats })),
  };
  const cancel = {
    request: request('cancel'),
    send: (order: Request, fails: Fails) => send(order, 'TooLate', fails).then(() => ({ undone: true })),
  };
  if (mode !== 'probeable') return { book, cancel };
  return {
    book: {
      ...book,
      fence,
      probe: (order: Request) =>
        look(order).then((draft) => (draft === 'committed' ? { applied: { seats: order.seats } } : told(draft))),
    },
    cancel: {
      ...cancel,
      fence,
      probe: (order: Request) =>
        look(order).then((draft) => (draft === 'committed' ? { applied: { undone: true } } : told(draft))),
    },
  };
}

/** A round trip, in which others get their turn. */
const wire = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
