import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { rangeOf } from '../../../src/domain/statements/bai2-codes.ts';
import { found, inChunks, only, refuses, whole } from './support.ts';

const FILE = '01,MADEBANK,MADE,240102,0600,1,,,2/';
const GROUP = '02,,ORIGIN,1,240102,2359,USD,2/';

/** One account, whose totals and counts are made to fit, unless they are given. */
function file({
  header = FILE,
  group = GROUP,
  account = '03,ACC,,010,100,,,015,100,,/',
  records = [] as string[],
  totalMinor = 200,
  trailers = undefined as string | undefined,
} = {}): string {
  const count = 2 + records.length + (account.split('\n').length - 1);
  const end =
    trailers ?? `49,${totalMinor},${count}/\n98,${totalMinor},1,${count + 2}/\n99,${totalMinor},1,${count + 4}/\n`;
  return [header, group, account, ...records, end].join('\n');
}

const entriesOf = async (records: string[], amountsMinor: number) => {
  const { entries } = await only(file({ account: '03,ACC,,/', records, totalMinor: amountsMinor }));
  return entries;
};

describe('a BAI2 account', () => {
  it('is a statement, made of what identifies it, with its balances in the words of ISO 20022 where they mean the same', async () => {
    const account = '03,ACC,,010,-500,,,015,+200,,,040,000,,,045,1,,,060,2,,/\n88,072,3,,,100,700,2,S,1,2,3,400,0,0,/';
    const { statement } = await only(file({ account, totalMinor: -500 + 200 + 1 + 2 + 3 + 700 }));
    deepStrictEqual(statement, {
      source: 'bai2',
      kind: 'statement',
      id: 'MADEBANK/2024-01-02/1/ORIGIN/2024-01-02T23:59/ACC',
      account: 'ACC',
      servicer: 'ORIGIN',
      currency: 'USD',
      electronicSequence: null,
      legalSequence: null,
      page: null,
      lastPage: null,
      created: '2024-01-02T06:00',
      from: null,
      to: '2024-01-02T23:59',
      balances: [
        ['OPBD', '-500'],
        ['CLBD', '200'],
        ['OPAV', '0'],
        ['CLAV', '1'],
        ['ITAV', '2'],
        ['072', '3'],
      ].map(([type, amountMinor]) => ({ type, amountMinor, currency: 'USD', date: '2024-01-02' })),
    });
  });

  it('is a report when its group is of the same day', async () => {
    const kinds = [];
    for (const modifier of ['', '1', '2', '3', '4'])
      kinds.push((await only(file({ group: `02,,ORIGIN,1,240102,,USD,${modifier}/` }))).statement.kind);
    deepStrictEqual(kinds, ['statement', 'statement', 'statement', 'report', 'report']);
  });

  it('has the currency of its own, else of its group, else US dollars', async () => {
    const currency = async (group: string, account: string) =>
      (await only(file({ group: `02,,ORIGIN,1,240102,,${group},2/`, account: `03,ACC,${account},010,200,,/` })))
        .statement.currency;
    deepStrictEqual(
      [await currency('CAD', 'JPY'), await currency('CAD', ''), await currency('', '')],
      ['JPY', 'CAD', 'USD'],
    );
  });

  it('that stands twice in a group is two statements', async () => {
    const [account, trailer] = ['03,ACC,,010,1,,/', '49,1,2/'];
    const text = [FILE, GROUP, account, trailer, account, trailer, '98,2,2,6/', '99,2,1,8/'].join('\n');
    deepStrictEqual(
      (await whole(text)).map(({ statement }) => statement.id.split('/').slice(5)),
      [['ACC'], ['ACC', '2']],
    );
  });

  it('adds up with what it does not detail, and is not added up when it lists nothing', async () => {
    const entry = '16,195,30,,,,/';
    const addingUp = async (account: string, records: string[], totalMinor: number) =>
      (await only(file({ account, records, totalMinor }))).closed.addingUp;
    strictEqual(await addingUp('03,ACC,,010,100,,,015,130,,/', [entry], 260), 'adds-up');
    strictEqual(await addingUp('03,ACC,,010,100,,,015,125,,,105,5,,,406,10,,/', [entry], 270), 'adds-up');
    strictEqual(await addingUp('03,ACC,,010,100,,,015,95,,,105,5,,,406,10,,/', [], 210), 'adds-up');
    strictEqual(await addingUp('03,ACC,,010,100,,,015,999,,/', [], 1099), 'not-stated');
    strictEqual(await addingUp('03,ACC,,040,100,,,045,999,,/', [entry], 1129), 'not-stated');
    await refuses(
      file({ account: '03,ACC,,010,100,,,015,131,,/', records: [entry], totalMinor: 261 }),
      'not-adding-up',
      'line 5',
    );
  });
});

describe('a BAI2 entry', () => {
  it('is a credit or a debit by the range of its code, and booked on the day of its group', async () => {
    const entries = await entriesOf(
      ['16,195,10,,,,/', '16,475,20,,,,/', '16,920,30,,,,/', '16,960,40,,,,/', '16,890,,,,,TEXT'],
      100,
    );
    deepStrictEqual(
      entries.map(({ amountMinor, status, bookingDate, code }) => [amountMinor, status, bookingDate, code.proprietary]),
      [
        ['10', 'booked', '2024-01-02', '195'],
        ['-20', 'booked', '2024-01-02', '475'],
        ['30', 'booked', '2024-01-02', '920'],
        ['-40', 'booked', '2024-01-02', '960'],
        ['0', 'information', '2024-01-02', '890'],
      ],
    );
  });

  it('has its references and text behind funds of every type', async () => {
    const funds = ['', 'Z', '0', '1', '2', 'V,240105,', 'V,240105,1200', 'S,1,2,7', 'S,,,', 'D,2,0,4,1,6', 'D,0'];
    const entries = await entriesOf(
      funds.map((type) => `16,195,10,${type},BANK,CUST,TEXT, WITH/COMMA /`),
      110,
    );
    for (const [n, { servicerReference, references, remittance, valueDate }] of entries.entries())
      deepStrictEqual(
        [servicerReference, references, remittance, valueDate],
        [
          'BANK',
          [{ kind: 'customer', value: 'CUST' }],
          'TEXT, WITH/COMMA',
          funds[n]?.startsWith('V') ? '2024-01-05' : null,
        ],
      );
  });

  it('goes on in continuations, with the next field or with its text', async () => {
    const [first, second, third] = await entriesOf(
      [
        '16,195,10,V/',
        '88,240105,,BANK/',
        '88,CUST/',
        '88,LINE, ONE',
        '88,LINE TWO/',
        '16,195,10,,B',
        '88,C,T',
        '16,195,10,,,,/',
      ],
      30,
    );
    deepStrictEqual(
      [first?.servicerReference, first?.valueDate, first?.remittance],
      ['BANK', '2024-01-05', 'LINE, ONE\nLINE TWO'],
    );
    deepStrictEqual([second?.servicerReference, second?.references[0]?.value, second?.remittance], ['B', 'C', 'T']);
    deepStrictEqual([third?.servicerReference, third?.references, third?.remittance], [null, [], null]);
  });
});

describe('type codes', () => {
  it('are of a range, to its ends', () => {
    const ranges = ['000', '001', '099', '100', '399', '400', '699', '700', '799', '800', '890', '899', '900', '919', '920', '959', '960', '999', '1', 'abc']; // prettier-ignore
    deepStrictEqual(ranges.map(rangeOf), ['unknown', 'status', 'status', 'credit', 'credit', 'debit', 'debit', 'loan', 'loan', 'unknown', 'information', 'unknown', 'status', 'status', 'credit', 'credit', 'debit', 'debit', 'unknown', 'unknown']); // prettier-ignore
  });
});

describe('a BAI2 file', () => {
  it('ends its lines with LF, CRLF or blanks, and its last with nothing', async () => {
    const text = file({ records: ['16,195,10,,,,A', '16,475,10,,,,B'], totalMinor: 220 });
    const plain = await whole(text);
    for (const same of [text.replaceAll('\n', '\r\n'), text.trimEnd(), text.replaceAll('\n', '   \n'), `${text}\n\n`])
      deepStrictEqual(await whole(same), plain);
  });

  it('without line ends is cut at the length that its header declares, and one with line ends is not', async () => {
    const lines = file({
      header: FILE.replace('1,,,2', '1,40,10,2'),
      records: ['16,195,10,,,,A', '16,475,10,,,,B'],
      totalMinor: 220,
    })
      .trimEnd()
      .split('\n');
    const plain = await whole(lines.join('\n'));
    for (const text of [
      lines.map((line) => line.padEnd(40)).join(''),
      `${lines.map((line) => line.padEnd(40)).join('')}${' '.repeat(80)}`,
    ])
      for (const size of [1, 39, 41, 10_000]) {
        const { events, refused } = await found(inChunks(text, size));
        strictEqual(refused, undefined);
        deepStrictEqual(events, (await found(inChunks(lines.join('\n')))).events);
      }
    const long = 'x'.repeat(60);
    const [one] = await whole(lines.join('\n').replace(',A\n', `,${long}\n`));
    strictEqual(one?.entries[0]?.remittance, long);
    strictEqual(plain.length, 1);
  });

  describe('is refused whole, at the line, when', () => {
    const entry = '16,195,10,,,,/';
    const cases: [title: string, text: string, code: string, at: string][] = [
      ['it begins with no header', GROUP, 'record-out-of-order', 'line 1'],
      ['it ends before its trailer', file({ trailers: '49,200,2/\n98,200,1,4/\n' }), 'truncated', 'line 5'],
      ['it ends in the middle of a record', file({ trailers: '49,20' }), 'record-malformed', 'line 4'],
      ['it goes on behind its trailer', `${file()}${FILE}\n`, 'after-the-end', 'line 7'],
      ['it is of another version', file({ header: FILE.replace(',2/', ',1/') }), 'code-unknown', 'line 1'],
      ['a record is none', file({ records: ['17,1/'] }), 'record-unknown', 'line 4'],
      ['a continuation continues nothing', `88,1/\n${file()}`, 'record-out-of-order', 'line 1'],
      ['a group stands in a group', file({ group: `${GROUP}\n${GROUP}` }), 'record-out-of-order', 'line 3'],
      ['an account stands in an account', file({ records: ['03,B,,/'] }), 'record-out-of-order', 'line 4'],
      ['an entry stands in no account', file({ account: entry }), 'record-out-of-order', 'line 3'],
      ['a group is a deletion', file({ group: GROUP.replace('ORIGIN,1', 'ORIGIN,2') }), 'group-not-taken', 'line 2'],
      ['a group is a test', file({ group: GROUP.replace('ORIGIN,1', 'ORIGIN,4') }), 'group-not-taken', 'line 2'],
      ['a group is of no known status', file({ group: GROUP.replace('ORIGIN,1', 'ORIGIN,5') }), 'code-unknown', 'line 2'],
      ['a currency is none', file({ group: GROUP.replace('USD', 'USS') }), 'currency-unknown', 'line 2'],
      ['a day is none', file({ group: GROUP.replace('240102', '240230') }), 'date-malformed', 'line 2'],
      ['a time is none', file({ group: GROUP.replace('2359', '2460') }), 'date-malformed', 'line 2'],
      ['an account has no number', file({ account: '03,,,010,200,,/' }), 'field-missing', 'line 3'],
      ['a header has no slash', file({ account: '03,ACC,,010,200,,' }), 'record-malformed', 'line 3'],
      ['something stands behind a slash', file({ account: '03,ACC,,010,200,,/X/' }), 'record-malformed', 'line 3'],
      ['a balance has no such code', file({ account: '03,ACC,,01O,200,,/' }), 'code-unknown', 'line 3'],
      ['a balance is of no code', file({ account: '03,ACC,,,200,,/' }), 'code-unknown', 'line 3'],
      ['an amount has a point', file({ account: '03,ACC,,010,2.00,,/' }), 'amount-malformed', 'line 3'],
      ['an amount has 19 digits', file({ account: `03,ACC,,010,${'9'.repeat(19)},,/` }), 'amount-too-large', 'line 3'],
      ['funds are of no known type', file({ account: '03,ACC,,010,200,,X/' }), 'code-unknown', 'line 3'],
      ['distributed funds are not all there', file({ account: '03,ACC,,010,200,,D,3,0,1/' }), 'field-missing', 'line 3'],
      ['an entry has no amount', file({ records: ['16,195,,,,,/'] }), 'field-missing', 'line 4'],
      ['an entry has a sign', file({ records: ['16,195,-10,,,,/'] }), 'amount-malformed', 'line 4'],
      ['an entry has the code of a balance', file({ records: ['16,010,10,,,,/'] }), 'code-unknown', 'line 4'],
      ['an entry has the code of a total', file({ records: ['16,400,10,,,,/'] }), 'code-unknown', 'line 4'],
      ['an entry has the code of a loan', file({ records: ['16,721,10,,,,/'] }), 'code-unknown', 'line 4'],
      ['a record’s code is followed by no comma', file({ records: ['16;195,10,,,,/'] }), 'record-malformed', 'line 4'],
      ['a header has a field too many', file({ header: FILE.replace(',2/', ',2,1/') }), 'record-malformed', 'line 1'],
      ['a trailer has a field too many', file({ trailers: '49,200,2,9/\n' }), 'record-malformed', 'line 4'],
      ['an account’s total is wrong', file({ trailers: '49,201,2/\n' }), 'control-total', 'line 4'],
      ['an account’s total leaves out an entry', file({ records: [entry] }), 'control-total', 'line 5'],
      ['an account’s records are miscounted', file({ trailers: '49,200,3/\n' }), 'control-count', 'line 4'],
      ['a group’s total is wrong', file({ trailers: '49,200,2/\n98,0,1,4/\n' }), 'control-total', 'line 5'],
      ['a group’s accounts are miscounted', file({ trailers: '49,200,2/\n98,200,2,4/\n' }), 'control-count', 'line 5'],
      ['a group’s records are miscounted', file({ trailers: '49,200,2/\n98,200,1,5/\n' }), 'control-count', 'line 5'],
      ['a file’s total is wrong', file({ trailers: '49,200,2/\n98,200,1,4/\n99,0,1,6/\n' }), 'control-total', 'line 6'],
      ['a file’s groups are miscounted', file({ trailers: '49,200,2/\n98,200,1,4/\n99,200,2,6/\n' }), 'control-count', 'line 6'],
      ['a file’s records are miscounted', file({ trailers: '49,200,2/\n98,200,1,4/\n99,200,1,7/\n' }), 'control-count', 'line 6'],
      ['a trailer says no total', file({ trailers: '49,,2/\n' }), 'field-missing', 'line 4'],
    ]; // prettier-ignore
    for (const [title, text, code, at] of cases) it(title, () => refuses(text, code, at));
  });

  it('is refused over a limit', async () => {
    const accounts = [FILE, GROUP, '03,A,,/', '49,0,2/', '03,B,,/', '49,0,2/', '98,0,2,6/', '99,0,1,8/'].join('\n');
    await refuses(accounts, 'too-many-statements', 'line 5', { limits: { statements: 1 } });
    await refuses(file({ records: ['16,195,1,,,,/', '16,195,1,,,,/'] }), 'too-many-entries', 'line 5', {
      limits: { entries: 1 },
    });
    await refuses(file({ account: '03,ACC,,010,1,,,015,1,,,040,1,,/' }), 'too-many-elements', 'line 3', {
      limits: { elements: 2 },
    });
    await refuses(file({ records: ['16,195,1,,,,/', '88,x', '88,x'] }), 'too-many-elements', 'line 6', {
      limits: { elements: 2 },
    });
    await refuses(file({ records: ['16,195,1,,,,12345678901'] }), 'text-too-long', 'line 4', {
      limits: { remittanceChars: 10 },
    });
    await refuses(file({ records: [`16,195,1,,,,${'x'.repeat(70_000)}`] }), 'text-too-long', 'line 4');
    await refuses(
      file({ records: ['16,195,1,,,,/', ...Array.from({ length: 1_000 }, () => `88,${'x'.repeat(99)}`)] }),
      'text-too-long',
      'line 666',
    );
    for (const size of [1, 10_000]) {
      const endless = inChunks(`01,${'x'.repeat(100_000)}`, size);
      strictEqual((await found(endless)).refused?.message, 'text-too-long: line 1');
    }
  });
});
