import { BALANCE_TYPES, CREDITS_NOT_DETAILED, DEBITS_NOT_DETAILED, isTotal, rangeOf } from './bai2-codes.ts';
import { type Bai2Record, Fields } from './bai2-fields.ts';
import { bai2Lines, type Line } from './bai2-lines.ts';
import { exponentOf } from './currencies.ts';
import type { Limits } from './limits.ts';
import type { PlacedEvent } from './placed.ts';
import { StatementRefused } from './refused.ts';
import { referenceOf } from './references.ts';
import type { Balance, Entry } from './statement.ts';

/** What a file, a group and an account sum up and count, to be compared with their trailers. */
interface Level {
  totalMinor: bigint;
  physical: number;
  /** Accounts of a group, groups of a file. */
  members: number;
}

interface Group {
  originator: string;
  currency: string;
  day: string;
  time: string | null;
  kind: 'statement' | 'report';
  /** How often each account has stood in the group: some banks give an account once for each of several days. */
  seen: Map<string, number>;
}

interface Account {
  currency: string;
  entries: number;
  unlistedMinor: bigint;
}

/** Reads BAI2: 01 file, 02 group, 03 account with its balances, 16 entry, 88 continuation, 49, 98 and 99 trailers. */
export async function* bai2Events(texts: AsyncIterable<string>, limits: Limits): AsyncGenerator<PlacedEvent> {
  const reader = new Bai2Reader(limits);
  for await (const record of records(bai2Lines(texts, limits), limits)) {
    const event = reader.read(record);
    if (event) yield event;
  }
  reader.end();
}

const CODES = new Set(['01', '02', '03', '16', '49', '88', '98', '99']);

/** Puts continuations to the record that they continue. */
async function* records(lines: AsyncIterable<Line>, limits: Limits): AsyncGenerator<Bai2Record> {
  let record: Bai2Record | undefined;
  for await (const { number, code, rest } of lines) {
    if (!CODES.has(code)) throw new StatementRefused('record-unknown', `line ${number}`);
    if (code === '88') {
      if (!record) throw new StatementRefused('record-out-of-order', `line ${number}`);
      record.physical += 1;
      record.parts.push(rest);
      record.length += rest.length;
      if (record.length > limits.textChars) throw new StatementRefused('text-too-long', `line ${number}`);
      if (record.physical > limits.elements) throw new StatementRefused('too-many-elements', `line ${number}`);
    } else {
      if (record) yield record;
      record = { line: number, code, physical: 1, parts: [rest], length: rest.length };
    }
  }
  if (record) yield record;
}

class Bai2Reader {
  readonly #limits: Limits;
  #last = 0;
  #file: (Level & { sender: string; created: string; id: string; day: string }) | undefined;
  #group: (Level & Group) | undefined;
  #account: (Level & Account) | undefined;
  #statements = 0;
  #ended = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  read(record: Bai2Record): PlacedEvent | undefined {
    const fields = new Fields(record);
    if (this.#ended) throw fields.refused('after-the-end');
    this.#last = record.line;
    for (const level of [this.#file, this.#group, this.#account]) if (level) level.physical += record.physical;
    if (record.code === '01') return this.#openFile(fields, record);
    if (record.code === '02') return this.#openGroup(fields, record);
    if (record.code === '03') return this.#openAccount(fields, record);
    if (record.code === '16') return this.#entry(fields);
    if (record.code === '49') return this.#closeAccount(fields, record);
    if (record.code === '98') return this.#closeGroup(fields);
    return this.#closeFile(fields);
  }

  end(): void {
    if (!this.#ended) throw new StatementRefused('truncated', `line ${this.#last}`);
  }

  #openFile(fields: Fields, { physical }: Bai2Record): undefined {
    if (this.#file) throw fields.refused('record-out-of-order');
    const sender = fields.required();
    fields.next(); // receiver
    const day = fields.day();
    const time = fields.time();
    const id = fields.required();
    fields.next(); // physical record length: see bai2-lines.ts
    fields.next(); // block size: says how a tape was written
    if (fields.next() !== '2') throw fields.refused('code-unknown'); // version
    fields.end();
    this.#file = { totalMinor: 0n, physical, members: 0, sender, day, created: instant(day, time), id };
  }

  #openGroup(fields: Fields, { physical }: Bai2Record): undefined {
    if (!this.#file || this.#group) throw fields.refused('record-out-of-order');
    fields.next(); // ultimate receiver
    const originator = fields.required();
    const status = fields.required();
    // 1 update, 2 deletion, 3 correction, 4 test. What a bank takes back or only tries out is for a person to see.
    if (status === '2' || status === '4') throw fields.refused('group-not-taken');
    if (status !== '1' && status !== '3') throw fields.refused('code-unknown');
    const day = fields.day();
    const time = fields.time();
    const currency = currencyOf(fields, 'USD'); // the default of the specification
    const modifier = fields.next();
    // 1 and 2 are of a day before, interim and final; 3 and 4 of the same day. Without one it is the final previous day.
    if (!['', '1', '2', '3', '4'].includes(modifier)) throw fields.refused('code-unknown');
    fields.end();
    const kind = modifier === '3' || modifier === '4' ? 'report' : 'statement';
    this.#group = { totalMinor: 0n, physical, members: 0, originator, currency, day, time, kind, seen: new Map() };
  }

  #openAccount(fields: Fields, { line, physical }: Bai2Record): PlacedEvent {
    const file = this.#file;
    const group = this.#group;
    if (!file || !group || this.#account) throw fields.refused('record-out-of-order');
    this.#statements += 1;
    if (this.#statements > this.#limits.statements) throw fields.refused('too-many-statements');
    const account = fields.required();
    const currency = currencyOf(fields, group.currency);
    const balances: Balance[] = [];
    let totalMinor = 0n;
    let unlistedMinor = 0n;
    let summaries = 0;
    while (!fields.ended) {
      if (++summaries > this.#limits.elements) throw fields.refused('too-many-elements');
      const code = fields.next();
      const amount = fields.amountOrNone();
      fields.next(); // item count
      fields.valueDate();
      if (code === '' && amount === undefined) continue;
      const range = rangeOf(code);
      if (range === 'unknown') throw fields.refused('code-unknown');
      totalMinor += amount ?? 0n;
      if (code === CREDITS_NOT_DETAILED) unlistedMinor += amount ?? 0n;
      if (code === DEBITS_NOT_DETAILED) unlistedMinor -= amount ?? 0n;
      if (amount !== undefined && (range === 'status' || range === 'loan'))
        balances.push({
          type: BALANCE_TYPES.get(code) ?? code,
          amountMinor: amount.toString(),
          currency,
          date: group.day,
        });
    }
    this.#account = { totalMinor, physical, members: 0, currency, entries: 0, unlistedMinor };
    const times = (group.seen.get(account) ?? 0) + 1;
    group.seen.set(account, times);
    const to = instant(group.day, group.time);
    // The file's id is new for each file of a day only.
    const id = [file.sender, file.day, file.id, group.originator, to, account, ...(times > 1 ? [times] : [])].join('/');
    return {
      event: 'opened',
      statement: {
        source: 'bai2',
        kind: group.kind,
        id,
        account,
        servicer: group.originator,
        currency,
        electronicSequence: null,
        legalSequence: null,
        page: null,
        lastPage: null,
        created: file.created,
        from: null,
        to,
        balances,
      },
      at: `line ${line}`,
    };
  }

  #entry(fields: Fields): PlacedEvent {
    const account = this.#account;
    if (!account || !this.#group) throw fields.refused('record-out-of-order');
    account.entries += 1;
    if (account.entries > this.#limits.entries) throw fields.refused('too-many-entries');
    const code = fields.required();
    const range = rangeOf(code);
    if (isTotal(code) || (range !== 'credit' && range !== 'debit' && range !== 'information'))
      throw fields.refused('code-unknown');
    const amount = range === 'information' ? (fields.amountOrNone() ?? 0n) : fields.amount();
    if (amount < 0n) throw fields.refused('amount-malformed'); // the direction is the code's
    account.totalMinor += amount;
    const valueDate = fields.valueDate();
    const servicerReference = referenceOf(fields.next() || null);
    const customer = referenceOf(fields.next() || null);
    const remittance = fields.text() || null;
    if (remittance !== null && remittance.length > this.#limits.remittanceChars) throw fields.refused('text-too-long');
    const entry: Entry = {
      position: account.entries,
      amountMinor: (range === 'debit' ? -amount : amount).toString(),
      currency: account.currency,
      reversal: false,
      status: range === 'information' ? 'information' : 'booked',
      bookingDate: this.#group.day,
      valueDate,
      servicerReference,
      references: customer === null ? [] : [{ kind: 'customer', value: customer }],
      code: { iso: null, proprietary: code },
      remittance,
      batches: [],
      details: [],
    };
    return { event: 'entry', entry };
  }

  #closeAccount(fields: Fields, { line }: Bai2Record): PlacedEvent {
    const account = this.#account;
    if (!account || !this.#group) throw fields.refused('record-out-of-order');
    compare(fields, account, []);
    this.#group.totalMinor += account.totalMinor;
    this.#group.members += 1;
    this.#account = undefined;
    return { event: 'closed', balances: [], unlistedMinor: account.unlistedMinor, at: `line ${line}` };
  }

  #closeGroup(fields: Fields): undefined {
    if (!this.#file || !this.#group || this.#account) throw fields.refused('record-out-of-order');
    compare(fields, this.#group, [this.#group.members]);
    this.#file.totalMinor += this.#group.totalMinor;
    this.#file.members += 1;
    this.#group = undefined;
  }

  #closeFile(fields: Fields): undefined {
    if (!this.#file || this.#group) throw fields.refused('record-out-of-order');
    compare(fields, this.#file, [this.#file.members]);
    this.#file = undefined;
    this.#ended = true;
  }
}

/** A trailer: the sum of all amounts as written, how many members there are, and how many physical records from header to trailer. */
function compare(fields: Fields, level: Level, members: number[]): void {
  if (fields.total() !== level.totalMinor) throw fields.refused('control-total');
  for (const counted of [...members, level.physical])
    if (fields.count() !== counted) throw fields.refused('control-count');
  fields.end();
}

function currencyOf(fields: Fields, otherwise: string): string {
  const currency = fields.next() || otherwise;
  if (exponentOf(currency) === undefined) throw fields.refused('currency-unknown');
  return currency;
}

const instant = (day: string, time: string | null): string => (time === null ? day : `${day}T${time}`);
