import { deepStrictEqual, strictEqual, throws } from 'node:assert/strict';
import { parseCsvMapping } from '../../../src/domain/statements/csv-mapping.ts';
import { found, inChunks, only, refuses, whole } from './support.ts';

const MAPPING = {
  account: { constant: 'XX00MADE0000000001' },
  currency: { constant: 'EUR' },
  dateFormat: 'YYYY-MM-DD',
  amount: { signed: 'Amount' },
  bookingDate: 'Booked',
} as const;

const mapped = (changes: object = {}) => ({ mapping: parseCsvMapping({ ...MAPPING, ...changes }) });

const GERMAN = {
  delimiter: ';',
  skipLines: 3,
  dateFormat: 'DD.MM.YY',
  decimal: ',',
  thousands: '.',
  amount: { unsigned: 'Umsatz', direction: 'Soll/Haben', creditIs: 'H', debitIs: 'S' },
  bookingDate: 'Buchungstag',
  valueDate: 'Valuta',
  reference: 'Referenz',
  references: { 'end-to-end': 'E2E', creditor: 'RF' },
  code: 'GVC',
  remittance: 'Zweck',
  counterpartyName: 'Name',
  counterpartyAccount: 'IBAN',
};

describe('a CSV with a mapping', () => {
  it('is read as the mapping says, column by column, quotes and line breaks in them included', async () => {
    const text = [
      'Export;"of;',
      'three"',
      '',
      'Buchungstag;Valuta;Name;IBAN;Zweck;GVC;Referenz;E2E;RF;Umsatz;Soll/Haben;Übrig',
      '31.12.24;02.01.25;Made ""Payer""'.replaceAll('""', '') +
        ';XX11;"Rent; January\nand ""heating""";166;R1;NOTPROVIDED;RF18;1.234,56;H;?',
      '01.01.25;;;;;;;E2;;0,5;S;?',
    ].join('\r\n');
    const { statement, entries, closed } = await only(text, mapped(GERMAN));
    deepStrictEqual(
      [statement.id, statement.account, statement.currency],
      ['XX00MADE0000000001/EUR/2024-12-31', 'XX00MADE0000000001', 'EUR'],
    );
    deepStrictEqual(entries, [
      {
        position: 1,
        amountMinor: '123456',
        currency: 'EUR',
        reversal: false,
        status: 'booked',
        bookingDate: '2024-12-31',
        valueDate: '2025-01-02',
        servicerReference: 'R1',
        references: [{ kind: 'creditor', value: 'RF18' }],
        code: { iso: null, proprietary: '166' },
        remittance: 'Rent; January\nand "heating"',
        batches: [],
        details: [
          {
            amountMinor: null,
            currency: null,
            references: [],
            counterparty: { name: 'Made Payer', account: 'XX11' },
            remittance: null,
            code: { iso: null, proprietary: null },
          },
        ],
      },
      {
        position: 2,
        amountMinor: '-50',
        currency: 'EUR',
        reversal: false,
        status: 'booked',
        bookingDate: '2025-01-01',
        valueDate: null,
        servicerReference: null,
        references: [{ kind: 'end-to-end', value: 'E2' }],
        code: { iso: null, proprietary: null },
        remittance: null,
        batches: [],
        details: [],
      },
    ]);
    deepStrictEqual([closed.addingUp, closed.booked], ['not-stated', { EUR: '123406' }]);
    for (const size of [1, 3, 50])
      deepStrictEqual(
        (await found(inChunks(text, size), mapped(GERMAN))).events,
        (await found(inChunks(text), mapped(GERMAN))).events,
      );
  });

  it('has amounts in any of three ways', async () => {
    const amounts = async (text: string, changes: object) =>
      (await only(text, mapped(changes))).entries.map(({ amountMinor }) => amountMinor);
    const day = '2024-01-02';
    deepStrictEqual(await amounts(`Booked,Amount\n${day},1.5\n${day},-1.50\n${day},+2\n${day},3.00-`, {}), [
      '150',
      '-150',
      '200',
      '-300',
    ]);
    deepStrictEqual(
      await amounts(`Booked,In,Out\n${day},1.5,\n${day},,1.50\n${day},0.00,2`, {
        amount: { credit: 'In', debit: 'Out' },
      }),
      ['150', '-150', '-200'],
    );
    deepStrictEqual(
      await amounts(`Booked,Sum,Dir\n${day},1.5,CR\n${day},1.50,DR`, {
        amount: { unsigned: 'Sum', direction: 'Dir', creditIs: 'CR', debitIs: 'DR' },
      }),
      ['150', '-150'],
    );
    deepStrictEqual(await amounts(`Booked,Amount\n${day},"1,234,567.89"\n${day},1234.5`, { thousands: ',' }), [
      '123456789',
      '123450',
    ]);
    deepStrictEqual(await amounts(`Booked,Amount\n${day},90071992547409.93`, {}), ['9007199254740993']);
    deepStrictEqual(await amounts(`Booked,Amount\n${day},1234`, { currency: { constant: 'JPY' } }), ['1234']);
  });

  it('has a running balance that is checked row by row, whichever comes first', async () => {
    const rows = ['2024-01-02,10.00,110.00', '2024-01-03,-20.00,90.00', '2024-01-04,5.00,95.00'];
    const read = async (lines: string[], order: string) =>
      (await only(['Booked,Amount,Balance', ...lines].join('\n'), mapped({ balance: 'Balance', order }))).closed;
    const expected = [
      { type: 'OPBD', amountMinor: '10000', currency: 'EUR', date: '2024-01-02' },
      { type: 'CLBD', amountMinor: '9500', currency: 'EUR', date: '2024-01-04' },
    ];
    const oldest = await read(rows, 'oldest-first');
    deepStrictEqual([oldest.addingUp, oldest.balances], ['adds-up', expected]);
    const newest = await read(rows.toReversed(), 'newest-first');
    deepStrictEqual([newest.addingUp, newest.balances], ['adds-up', expected]);
    const wrong = ['Booked,Amount,Balance', rows[0], rows[1]?.replace('90.00', '90.01'), rows[2]].join('\n');
    await refuses(wrong, 'not-adding-up', 'line 3', mapped({ balance: 'Balance' }));
    await refuses(
      ['Booked,Amount,Balance', ...rows].join('\n'),
      'not-adding-up',
      'line 3',
      mapped({ balance: 'Balance', order: 'newest-first' }),
    );
  });

  it('leaves out of the balance what is pending, wherever it stands', async () => {
    const pending = { balance: 'Balance', pending: { column: 'State', is: 'open' } };
    for (const order of ['oldest-first', 'newest-first']) {
      const row = (day: number, rest: string) => `2024-01-0${day},${rest}`;
      const rows = [row(2, '10.00,110.00,done'), row(3, '5.00,115.00,done')];
      const lines = [
        row(1, '9.00,,open'),
        ...(order === 'oldest-first' ? rows : rows.toReversed()),
        row(4, '9.00,,open'),
      ];
      const { closed } = await only(
        ['Booked,Amount,Balance,State', ...lines].join('\n'),
        mapped({ ...pending, order }),
      );
      deepStrictEqual(
        [closed.addingUp, closed.balances.map(({ amountMinor }) => amountMinor)],
        ['adds-up', ['10000', '11500']],
      );
    }
  });

  it('reads what is pending without a day', async () => {
    const text = 'Booked,Amount,Balance,State\n2024-01-02,10.00,110.00,done\n,99.00,,open\n2024-01-03,5.00,115.00,done';
    const { entries, closed } = await only(
      text,
      mapped({ balance: 'Balance', pending: { column: 'State', is: 'open' } }),
    );
    deepStrictEqual(entries.map(({ status }) => status), ['booked', 'pending', 'booked']); // prettier-ignore
    deepStrictEqual([closed.addingUp, closed.booked], ['adds-up', { EUR: '1500' }]);
  });

  it('adds up from the opening to the closing balance that the mapping states', async () => {
    const text = 'Booked,Amount\n2024-01-02,10.00\n2024-01-03,-20.00';
    const stated = (closing: string) => mapped({ opening: '100', closing, id: 'March' });
    const { statement, closed } = await only(text, stated('90.00'));
    deepStrictEqual([statement.id, closed.addingUp], ['March', 'adds-up']);
    await refuses(text, 'not-adding-up', 'line 3', stated('90.01'));
    await refuses(text, 'amount-malformed', 'closing', stated('ninety'));
  });

  it('of several accounts is a statement for each, if their rows stand together', async () => {
    const mapping = mapped({ account: { column: 'Account' }, currency: { column: 'Currency' }, balance: 'Balance' });
    const row = (account: string, currency: string, balance: string) =>
      `2024-01-02,1.00,${account},${currency},${balance}`;
    const header = 'Booked,Amount,Account,Currency,Balance';
    const text = [header, row('A', 'EUR', '5'), row('A', 'EUR', '6'), row('A', 'USD', '9'), row('B', 'USD', '1')].join(
      '\n',
    );
    deepStrictEqual(
      (await whole(text, mapping)).map(({ statement, entries, closed }) => [
        statement.account,
        statement.currency,
        entries.length,
        closed.addingUp,
      ]),
      [
        ['A', 'EUR', 2, 'adds-up'],
        ['A', 'USD', 1, 'adds-up'],
        ['B', 'USD', 1, 'adds-up'],
      ],
    );
    await refuses(`${text}\n${row('A', 'EUR', '7')}`, 'statement-repeated', 'line 6', mapping);
    await refuses(text, 'too-many-statements', 'line 4', { ...mapping, limits: { statements: 1 } });
  });

  describe('is refused whole, at the line, when', () => {
    const good = 'Booked,Amount\n2024-01-02,1.00\n';
    const cases: [title: string, text: string, code: string, at: string, changes?: object][] = [
      ['it is empty', '', 'file-empty', 'byte 1'],
      ['it has a header only', 'Booked,Amount\n', 'statement-missing', 'line 2'],
      ['it is shorter than what is skipped', good, 'truncated', 'line 1', { skipLines: 9 }],
      ['a column is missing', 'Booked,Sum\n', 'column-missing', 'amount.signed, line 1'],
      ['a column stands twice', 'Booked,Amount,Amount\n', 'column-repeated', 'amount.signed, line 1'],
      ['a row has a field too many', `${good}2024-01-02,1.00,1\n`, 'row-malformed', 'line 3'],
      ['a row has a field too few', `${good}2024-01-02\n`, 'row-malformed', 'line 3'],
      ['a quote stands in a field', `${good}2024-01-02,1"00\n`, 'row-malformed', 'line 3'],
      ['a quote is not closed', `${good}2024-01-02,"1.00\n`, 'row-malformed', 'line 3'],
      ['a quote swallows the rows behind it', `${good}2024-01-02,"${'1.00\n'.repeat(20_000)}`, 'text-too-long', 'line 3'],
      ['an amount is missing', `${good}2024-01-02,\n`, 'field-missing', 'line 3'],
      ['an amount is none', `${good}2024-01-02,1e3\n`, 'amount-malformed', 'line 3'],
      ['an amount has two signs', `${good}2024-01-02,-1.00-\n`, 'amount-malformed', 'line 3'],
      ['an amount has the other decimal sign', `${good}2024-01-02,"1,00"\n`, 'amount-malformed', 'line 3'],
      ['thousands are no three digits', `${good}2024-01-02,"1,00.00"\n`, 'amount-malformed', 'line 3', { thousands: ',' }],
      ['an amount is a fraction of a cent', `${good}2024-01-02,1.005\n`, 'amount-too-precise', 'line 3'],
      ['a day is missing', `${good},1.00\n`, 'field-missing', 'line 3'],
      ['its first row has no day to name it by', 'Booked,Amount,S\n,1.00,open\n', 'field-missing', 'line 2', { pending: { column: 'S', is: 'open' } }],
      ['a day is none', `${good}2024-02-30,1.00\n`, 'date-malformed', 'line 3'],
      ['a day is written otherwise', `${good}02.01.2024,1.00\n`, 'date-malformed', 'line 3'],
      ['a currency is none', 'Booked,Amount,C\n2024-01-02,1.00,EURO\n', 'currency-unknown', 'line 2', { currency: { column: 'C' } }],
      ['an amount is both in and out', 'Booked,I,O\n2024-01-02,1,1\n', 'amount-malformed', 'line 2', { amount: { credit: 'I', debit: 'O' } }],
      ['an amount is neither', 'Booked,I,O\n2024-01-02,,\n', 'field-missing', 'line 2', { amount: { credit: 'I', debit: 'O' } }],
      ['an amount without a sign has one', 'Booked,I,O\n2024-01-02,-1,\n', 'amount-malformed', 'line 2', { amount: { credit: 'I', debit: 'O' } }],
      ['a direction is none', 'Booked,A,D\n2024-01-02,1,X\n', 'code-unknown', 'line 2', { amount: { unsigned: 'A', direction: 'D', creditIs: 'C', debitIs: 'D' } }],
      ['a balance is missing', 'Booked,Amount,B\n2024-01-02,1,\n', 'field-missing', 'line 2', { balance: 'B' }],
    ]; // prettier-ignore
    for (const [title, text, code, at, changes] of cases)
      it(title, async () => {
        await refuses(text, code, at, mapped(changes));
        const at_once = await found(inChunks(text), mapped(changes));
        deepStrictEqual(await found(inChunks(text, 1), mapped(changes)), at_once, 'byte by byte');
      });

    it('it is over a limit', async () => {
      await refuses(`${good}2024-01-02,1.00\n`, 'too-many-entries', 'line 3', { ...mapped(), limits: { entries: 1 } });
      const text = 'Booked,Amount,T\n2024-01-02,1.00,12345678901\n';
      await refuses(text, 'text-too-long', 'line 2', {
        ...mapped({ remittance: 'T' }),
        limits: { remittanceChars: 10 },
      });
    });
  });
});

describe('a mapping', () => {
  it('has what is absent filled in, and no more', () => {
    deepStrictEqual(parseCsvMapping(MAPPING), {
      ...MAPPING,
      delimiter: ',',
      skipLines: 0,
      order: 'oldest-first',
      decimal: '.',
      thousands: null,
      valueDate: null,
      reference: null,
      references: {},
      code: null,
      remittance: null,
      counterpartyName: null,
      counterpartyAccount: null,
      pending: null,
      balance: null,
      opening: null,
      closing: null,
      id: null,
    });
  });

  const cases: [title: string, value: unknown, at: string][] = [
    ['is no object', [], 'mapping'],
    ['has a field that is none', { ...MAPPING, bookingdate: 'x' }, 'field 6'],
    ['has no account', { ...MAPPING, account: undefined }, 'account'],
    ['has an account twice', { ...MAPPING, account: { column: 'A', constant: 'B' } }, 'account'],
    ['has an empty account', { ...MAPPING, account: { constant: ' ' } }, 'account.constant'],
    ['has a currency that is none', { ...MAPPING, currency: { constant: 'EURO' } }, 'currency.constant'],
    ['has a delimiter that is none', { ...MAPPING, delimiter: '' }, 'delimiter'],
    ['has one sign for decimals and thousands', { ...MAPPING, thousands: '.' }, 'thousands'],
    ['has a date without a day', { ...MAPPING, dateFormat: 'YYYY-MM' }, 'dateFormat'],
    ['has a date with two months', { ...MAPPING, dateFormat: 'YYYY-MM-MM' }, 'dateFormat'],
    ['has an amount in no way', { ...MAPPING, amount: { credit: 'A' } }, 'amount'],
    ['has an amount of no column', { ...MAPPING, amount: { signed: 1 } }, 'amount.signed'],
    ['has a reference of no kind', { ...MAPPING, references: { invoice: 'A' } }, 'references'],
    ['has the servicer’s reference among the others', { ...MAPPING, references: { servicer: 'A' } }, 'references'],
    ['skips half a line', { ...MAPPING, skipLines: 0.5 }, 'skipLines'],
    ['states a balance for several accounts', { ...MAPPING, account: { column: 'A' }, opening: '1' }, 'opening'],
    ['says pending without a value', { ...MAPPING, pending: { column: 'A' } }, 'pending.is'],
  ];
  for (const [title, value, at] of cases)
    it(`that ${title} is refused`, () =>
      throws(() => parseCsvMapping(value), { name: 'StatementRefused', message: `mapping-malformed: ${at}` }));

  it('reads dates of every order', async () => {
    const days = [];
    for (const [format, text] of [
      ['DD/MM/YYYY', '31/12/2024'],
      ['MM/DD/YYYY', '12/31/2024'],
      ['YYYYMMDD', '20241231'],
      ['DD.MM.YY', '31.12.24'],
      ['[DD] MM.YYYY', '[31] 12.2024'],
    ] as const)
      // prettier-ignore
      days.push((await only(`Booked,Amount\n${text},1`, mapped({ dateFormat: format }))).entries[0]?.bookingDate);
    strictEqual(new Set(days).size, 1);
    strictEqual(days[0], '2024-12-31');
  });
});
