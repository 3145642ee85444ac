import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict';
import { StatementIdentity } from '../../../src/domain/statements/identity.ts';
import { madeEvents } from '../../../src/domain/statements/made.ts';
import type { Closed, Entry, Statement } from '../../../src/domain/statements/statement.ts';
import { sha256 } from '../../../src/kit/effects/fingerprint.ts';

interface Whole {
  statement: Statement;
  entries: Entry[];
  closed: Closed;
}

function made(): Whole {
  const events = [...madeEvents('camt.053.001.08', { seed: 4, entries: 200 })];
  const statement = events.flatMap((event) => (event.event === 'opened' ? [event.statement] : []))[0];
  const closed = events.flatMap((event) => (event.event === 'closed' ? [event.closed] : []))[0];
  if (!statement || !closed) throw new RangeError('nothing made');
  return { statement, closed, entries: events.flatMap((event) => (event.event === 'entry' ? [event.entry] : [])) };
}

function identified({ statement, entries, closed }: Whole) {
  const identity = new StatementIdentity(statement, sha256);
  const found = entries.map((entry) => identity.entry(entry));
  return { statement: identity.identity, entries: found, content: identity.content(closed) };
}

const WHOLE = made();
const FIRST = identified(WHOLE);
const changed = (entry: Partial<Entry>, at = 0): Whole => ({
  ...WHOLE,
  entries: WHOLE.entries.map((found, n) => (n === at ? { ...found, ...entry } : found)),
});

describe('a statement', () => {
  it('sent again is the same with the same content, also when it was made at another time or in another version', () => {
    deepStrictEqual(identified(WHOLE), FIRST);
    const copied = { ...WHOLE.statement, created: '2030-01-01T00:00:00Z', source: 'camt.053.001.02' };
    deepStrictEqual(identified({ ...WHOLE, statement: copied }), FIRST);
  });

  it('restated is the same with another content: an entry changed, missing, in another place, another balance', () => {
    const restated: Whole[] = [
      changed({ amountMinor: '1' }),
      changed({ status: 'pending' }),
      changed({ details: [] }),
      { ...WHOLE, entries: WHOLE.entries.slice(1) },
      { ...WHOLE, entries: [...WHOLE.entries.slice(1), ...WHOLE.entries.slice(0, 1)] },
      { ...WHOLE, closed: { ...WHOLE.closed, balances: [] } },
      { ...WHOLE, statement: { ...WHOLE.statement, legalSequence: '9' } },
    ];
    for (const { statement, content } of restated.map(identified)) {
      strictEqual(statement, FIRST.statement);
      notStrictEqual(content, FIRST.content);
    }
  });

  it('is another with another id, account, servicer, page, or of another message', () => {
    const others: Partial<Statement>[] = [
      { id: 'MADE-2' },
      { account: 'XX' },
      { servicer: null },
      { page: 2 },
      { source: 'camt.052.001.08' },
    ];
    const identities = others.map((other) => new StatementIdentity({ ...WHOLE.statement, ...other }, sha256).identity);
    strictEqual(new Set([...identities, FIRST.statement]).size, others.length + 1);
  });
});

describe('an entry', () => {
  it('is none of the others, however alike they are', () => {
    const twins = { ...WHOLE, entries: [...WHOLE.entries, ...WHOLE.entries] };
    strictEqual(new Set(identified(twins).entries.map(({ identity }) => identity)).size, 2 * WHOLE.entries.length);
  });

  it('is its servicer’s reference: the same in a report and in the statement that follows, whatever else it says', () => {
    const at = WHOLE.entries.findIndex(({ servicerReference }) => servicerReference !== null);
    const report = changed({ status: 'pending', bookingDate: null, amountMinor: '5' }, at);
    const found = identified({ ...report, statement: { ...WHOLE.statement, source: 'camt.052.001.02', id: 'R' } });
    strictEqual(found.entries[at]?.by, 'reference');
    strictEqual(found.entries[at].identity, FIRST.entries[at]?.identity);
    notStrictEqual(found.entries[at].fingerprint, FIRST.entries[at]?.fingerprint);
  });

  it('is its content in its statement where the servicer gives no reference, wherever it stands', () => {
    const at = WHOLE.entries.findIndex(({ servicerReference }) => servicerReference === null);
    const moved = identified({ ...WHOLE, entries: WHOLE.entries.toReversed().map((entry, n) => ({ ...entry, position: n + 1 })) }); // prettier-ignore
    strictEqual(moved.entries.at(-1 - at)?.by, 'content');
    strictEqual(moved.entries.at(-1 - at)?.identity, FIRST.entries[at]?.identity);
    notStrictEqual(identified(changed({ amountMinor: '5' }, at)).entries[at]?.identity, FIRST.entries[at]?.identity);
    const other = identified({ ...WHOLE, statement: { ...WHOLE.statement, id: 'S2' } });
    notStrictEqual(other.entries[at]?.identity, FIRST.entries[at]?.identity);
  });
});
