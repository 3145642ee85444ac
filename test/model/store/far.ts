/** Where effects are real: in the store's own transaction, or at a provider that honours keys, has drafts, or neither. */
export type Mode = 'local' | 'keyed' | 'probeable' | 'neither';

/** What the far side says to an order that reaches it. `busy` and `breaks`: nothing is done, and that is no refusal. */
export type Says = 'yes' | 'no' | 'busy' | 'breaks';
/** What becomes of a request on its way. `request late`: the line breaks, and it arrives after other commands. */
export type Line = 'whole' | 'request lost' | 'answer lost' | 'request late';
export type Draft = 'draft' | 'committed' | 'void';

/** `id`: of who made the request, so that one that was made anew is another. */
export interface Order {
  readonly what: 'book' | 'cancel';
  readonly key: string;
  readonly id: string;
}

/** The far side as plain data: the stores under test have one, and each world of the model. */
export interface Far {
  /** What was really done: `book b1`, `cancel b1/cancel`, with nothing that would hide a second time. */
  readonly done: string[];
  /** The first answer under a key, for whoever asks again. */
  readonly answers: Record<string, { readonly id: string; readonly says: Says }>;
  readonly drafts: Record<string, Draft>;
  /** Requests that are still under way, by the attempt that sent them. */
  readonly late: { readonly from: number; readonly order: Order; readonly says: Says }[];
}

export const farSide = (): Far => ({ done: [], answers: {}, drafts: {}, late: [] });

/** An order arrives. A provider with drafts commits the draft of that id, once; one with keys answers a key once. */
export function ask(far: Far, mode: Mode, order: Order, says: Says): Says | 'committed' | 'void' {
  const { what, key, id } = order;
  const known = mode === 'keyed' ? far.answers[key] : undefined;
  if (known) return known.id === id ? known.says : 'breaks'; // other parameters under the same key
  const draft = mode === 'probeable' ? far.drafts[id]! : 'draft';
  if (draft !== 'draft') return draft;
  if (says === 'busy' || says === 'breaks') return says;
  if (mode === 'keyed') far.answers[key] = { id, says };
  if (says === 'yes') {
    far.done.push(`${what} ${key}`);
    if (mode === 'probeable') far.drafts[id] = 'committed';
  }
  return says;
}

/** A draft that is not committed never will be. */
export function voidDraft(far: Far, id: string): void {
  if (far.drafts[id] === 'draft') far.drafts[id] = 'void';
}
