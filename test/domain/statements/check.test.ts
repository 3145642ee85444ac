import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { detailsMinor } from '../../../src/domain/statements/check.ts';
import type { Detail, Entry } from '../../../src/domain/statements/statement.ts';
import { refuses, whole } from './support.ts';

interface Made {
  kind?: '052' | '053';
  balances?: [type: string, amount: string, currency?: string][];
  entries?: [amount: string, status?: string, currency?: string][];
  pages?: string;
}

/** A statement; amounts with a minus are debits. */
function made({ kind = '053', balances = [], entries = [], pages = '' }: Made): string {
  const [root, name] = kind === '053' ? ['BkToCstmrStmt', 'Stmt'] : ['BkToCstmrAcctRpt', 'Rpt'];
  const amount = (text: string, currency: string) =>
    `<Amt Ccy="${currency}">${text.replace('-', '')}</Amt><CdtDbtInd>${text.startsWith('-') ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
  return [
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.04"><${root}><${name}><Id>1</Id>${pages}`,
    '<Acct><Id><IBAN>XX00MADE0000000001</IBAN></Id><Ccy>EUR</Ccy></Acct>',
    ...balances.map(
      ([type, text, currency = 'EUR']) =>
        `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>${amount(text, currency)}</Bal>`,
    ),
    ...entries.map(
      ([text, status = 'BOOK', currency = 'EUR']) => `<Ntry>${amount(text, currency)}<Sts>${status}</Sts></Ntry>`,
    ),
    `</${name}></${root}></Document>`,
  ].join('');
}

const AT = '/Document/BkToCstmrStmt/Stmt[1]';
const OPEN = ['OPBD', '10.00'] as [string, string];
const addingUp = async (of: Made) => (await whole(made(of)))[0]?.closed.addingUp;

describe('opening + booked entries = closing', () => {
  it('holds for booked entries of either sign, and nothing else counts', async () => {
    const entries: Made['entries'] = [['5.00'], ['-7.01'], ['3.00', 'PDNG'], ['4.00', 'INFO'], ['1.00', 'FUTR']];
    strictEqual(await addingUp({ balances: [OPEN, ['CLBD', '7.99']], entries }), 'adds-up');
    await refuses(made({ balances: [OPEN, ['CLBD', '8.00']], entries }), 'not-adding-up', AT);
    strictEqual(await addingUp({ balances: [OPEN, ['CLBD', '-1.00']], entries: [['-11.00']] }), 'adds-up');
    strictEqual(await addingUp({ balances: [OPEN, ['CLBD', '10.00']] }), 'adds-up');
    await refuses(made({ balances: [OPEN, ['CLBD', '10.01']] }), 'not-adding-up', AT);
  });

  it('holds for the previous closing balance too, and for both where both are stated', async () => {
    const entries: Made['entries'] = [['1.00']];
    strictEqual(await addingUp({ balances: [['PRCD', '10.00'], ['CLBD', '11.00']], entries }), 'adds-up'); // prettier-ignore
    await refuses(made({ balances: [OPEN, ['PRCD', '9.00'], ['CLBD', '11.00']], entries }), 'not-adding-up', AT);
  });

  it('is exact above 2^53', async () => {
    const huge = (cents: string) => `90071992547409${cents}`;
    const entries: Made['entries'] = [['0.01']];
    strictEqual(await addingUp({ balances: [['OPBD', huge('.92')], ['CLBD', huge('.93')]], entries }), 'adds-up'); // prettier-ignore
    await refuses(made({ balances: [['OPBD', huge('.92')], ['CLBD', huge('.92')]], entries }), 'not-adding-up', AT); // prettier-ignore
  });

  it('holds for each currency that has both', async () => {
    const balances: Made['balances'] = [OPEN, ['CLBD', '11.00'], ['OPBD', '5.00', 'USD'], ['CLBD', '4.00', 'USD']];
    const entries: Made['entries'] = [['1.00'], ['-1.00', 'BOOK', 'USD']];
    strictEqual(await addingUp({ balances, entries }), 'adds-up');
    await refuses(made({ balances, entries: [['1.00'], ['1.00', 'BOOK', 'USD']] }), 'not-adding-up', AT);
  });

  it('is said not to be known where the currencies never meet, a side is missing, or the statement has several pages', async () => {
    strictEqual(await addingUp({ balances: [OPEN, ['CLBD', '27.00', 'SEK']], entries: [['1.00']] }), 'other-currency');
    strictEqual(await addingUp({ balances: [OPEN], entries: [['1.00']] }), 'not-stated');
    strictEqual(await addingUp({ balances: [['CLBD', '1.00']], entries: [['9.00']] }), 'not-stated');
    const wrong: Made = { balances: [OPEN, ['CLBD', '99.00']], entries: [['1.00']] };
    const pages = (number: number, last: boolean) =>
      `<StmtPgntn><PgNb>${number}</PgNb><LastPgInd>${last}</LastPgInd></StmtPgntn>`;
    strictEqual(await addingUp({ ...wrong, pages: pages(1, false) }), 'paged');
    strictEqual(await addingUp({ ...wrong, pages: pages(2, true) }), 'paged');
    await refuses(made({ ...wrong, pages: pages(1, true) }), 'not-adding-up', AT);
  });

  it('is not asked of available and interim balances, nor of a report', async () => {
    const others: Made['balances'] = [['OPAV', '1.00'], ['CLAV', '2.00'], ['ITBD', '3.00']]; // prettier-ignore
    strictEqual(await addingUp({ balances: [OPEN, ['CLBD', '11.00'], ...others], entries: [['1.00']] }), 'adds-up');
    strictEqual(
      await addingUp({ kind: '052', balances: [OPEN, ['CLBD', '99.00']], entries: [['1.00']] }),
      'not-stated',
    );
  });
});

describe('the details of an entry', () => {
  const detail = (amountMinor: string | null, currency: string | null = 'EUR'): Detail => ({
    amountMinor,
    currency,
    references: [],
    counterparty: { name: null, account: null },
    remittance: null,
    code: { iso: null, proprietary: null },
  });
  const entry = (details: Detail[], transactions: number | null = null): Entry => ({
    position: 1,
    amountMinor: '300',
    currency: 'EUR',
    reversal: false,
    status: 'booked',
    bookingDate: null,
    valueDate: null,
    servicerReference: null,
    references: [],
    code: { iso: null, proprietary: null },
    remittance: null,
    batches: transactions === null ? [] : [{ transactions, amountMinor: null, currency: null }],
    details,
  });

  it('have a sum where all of them are there, with an amount, in its currency', () => {
    const both = [detail('100'), detail('-20')];
    deepStrictEqual(
      [
        entry(both),
        entry(both, 2),
        entry(both, 3),
        entry([...both, detail(null)]),
        entry([detail('1', 'USD')]),
        entry([]),
      ].map(detailsMinor),
      [80n, 80n, undefined, undefined, undefined, undefined],
    );
  });
});
