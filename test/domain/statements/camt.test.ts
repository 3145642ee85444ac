import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { found, inChunks, only, refuses, whole } from './support.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:';
const ENTRY = '<Ntry><Amt Ccy="EUR">8.85</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>';

const balance = (type: string, amount: string, { currency = 'EUR', indicator = 'CRDT' } = {}) =>
  `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${indicator}</CdtDbtInd><Dt><Dt>2024-01-02</Dt></Dt></Bal>`;

const entry = (inside = '', { amount = '8.85', indicator = 'CRDT', status = 'BOOK', currency = 'EUR' } = {}) =>
  `<Ntry><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${indicator}</CdtDbtInd><Sts>${status}</Sts>${inside}</Ntry>`;

const statement = (content: string, id = 'S1') =>
  `<Stmt><Id>${id}</Id><Acct><Id><IBAN>XX00MADE0000000001</IBAN></Id><Ccy>EUR</Ccy></Acct>${content}</Stmt>`;

const file = (statements: string, version = 'camt.053.001.08') =>
  `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="${NAMESPACE}${version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>${statements}</BkToCstmrStmt></Document>`;

const ONE = '/Document/BkToCstmrStmt/Stmt[1]';

describe('a camt entry', () => {
  const read = async (inside: string, options = {}) => {
    const { entries } = await only(file(statement(entry(inside, options))));
    const [first] = entries;
    ok(first);
    return first;
  };

  it('is signed as its indicator says, also when it is a reversal', async () => {
    const signs = [];
    for (const indicator of ['CRDT', 'DBIT'])
      for (const reversal of ['', '<RvslInd>false</RvslInd>', '<RvslInd>true</RvslInd>', '<RvslInd>1</RvslInd>']) {
        const { amountMinor, reversal: is } = await read(reversal, { indicator });
        signs.push([amountMinor, is]);
      }
    deepStrictEqual(signs, [
      ['885', false],
      ['885', false],
      ['885', true],
      ['885', true],
      ['-885', false],
      ['-885', false],
      ['-885', true],
      ['-885', true],
    ]);
  });

  it('names the other side: who paid a credit, whom a debit paid, and the same parties when it is taken back', async () => {
    const parties =
      '<NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Payer</Nm></Dbtr><Cdtr><Pty><Nm>Payee</Nm></Pty></Cdtr></RltdPties></TxDtls></NtryDtls>';
    const name = async (inside: string, indicator: string) =>
      (await read(inside, { indicator })).details[0]?.counterparty.name;
    strictEqual(await name(parties, 'CRDT'), 'Payer');
    strictEqual(await name(parties, 'DBIT'), 'Payee');
    strictEqual(await name(`<RvslInd>true</RvslInd>${parties}`, 'CRDT'), 'Payee');
    strictEqual(await name(`<RvslInd>true</RvslInd>${parties}`, 'DBIT'), 'Payer');
  });

  it('has its status in either of two places', async () => {
    const statuses = [];
    for (const status of ['BOOK', 'PDNG', 'INFO', 'FUTR', '<Cd>BOOK</Cd>', ' <Cd>PDNG</Cd> '])
      statuses.push((await read('', { status })).status);
    deepStrictEqual(statuses, ['booked', 'pending', 'information', 'future', 'booked', 'pending']);
  });

  it('is exact where a number is not', async () => {
    strictEqual((await read('', { amount: '90071992547409.93' })).amountMinor, '9007199254740993');
    strictEqual(
      (await read('', { amount: '9999999999999999.99', indicator: 'DBIT' })).amountMinor,
      '-999999999999999999',
    );
  });

  it('takes a placeholder for no reference', async () => {
    const refs =
      '<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><MndtId>M-1</MndtId></Refs></TxDtls></NtryDtls>';
    const found = await read(`<AcctSvcrRef>NONREF</AcctSvcrRef>${refs}`);
    strictEqual(found.servicerReference, null);
    deepStrictEqual(found.details[0]?.references, [{ kind: 'mandate', value: 'M-1' }]);
  });

  it('keeps the details of a batch apart from its amount, each signed for itself', async () => {
    const details =
      '<NtryDtls><Btch><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="CHF">6.3</TtlAmt></Btch>' +
      '<TxDtls><Amt Ccy="CHF">3.1</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>' +
      '<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">1.00</Amt></TxAmt></AmtDtls></TxDtls><TxDtls/></NtryDtls>';
    const found = await read(details);
    strictEqual(found.amountMinor, '885');
    deepStrictEqual(found.batches, [{ transactions: 2, amountMinor: '630', currency: 'CHF' }]);
    deepStrictEqual(
      found.details.map(({ amountMinor, currency }) => [amountMinor, currency]),
      [
        ['-310', 'CHF'],
        ['100', 'EUR'],
        [null, null],
      ],
    );
  });

  it('reads CDATA, character references and the five entities as the text that they are', async () => {
    const { remittance } = await read('<AddtlNtryInf><![CDATA[a<b]]> &amp; &#x20AC;&#252; &lt;c&gt;</AddtlNtryInf>');
    strictEqual(remittance, 'a<b & €ü <c>');
  });

  it('reads the day of a date and time as the servicer wrote it', async () => {
    const found = await read(
      '<BookgDt><DtTm>2024-12-31T23:30:00-05:00</DtTm></BookgDt><ValDt><Dt>2024-02-29+01:00</Dt></ValDt>',
    );
    deepStrictEqual([found.bookingDate, found.valueDate], ['2024-12-31', '2024-02-29']);
  });
});

describe('a camt file', () => {
  it('is read by whatever prefix its namespace has, and what is of another namespace is passed over', async () => {
    const prefixed = file(statement(entry('<BookgDt><Dt>2024-01-02</Dt></BookgDt>')))
      .replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2')
      .replace('xmlns=', 'xmlns:n=')
      .replace('</n:Ntry>', '<AcctSvcrRef xmlns="urn:other">R<x/></AcctSvcrRef></n:Ntry>');
    const { entries } = await only(prefixed);
    deepStrictEqual(
      entries.map(({ amountMinor, servicerReference }) => [amountMinor, servicerReference]),
      [['885', null]],
    );
  });

  it('is of a message and version that is known, each of them', async () => {
    for (const version of ['02', '03', '06', '13']) {
      const { statement: read } = await only(file(statement(ENTRY), `camt.053.001.${version}`));
      strictEqual(read.source, `camt.053.001.${version}`);
    }
    for (const unknown of [
      'camt.053.001.01',
      'camt.053.001.14',
      'camt.060.001.02',
      'camt.053.002.02',
      'pain.001.001.03',
    ])
      await refuses(file(statement(ENTRY), unknown), 'namespace-unknown', '/');
    await refuses('<Document><BkToCstmrStmt/></Document>', 'namespace-unknown', '/');
    await refuses(file(statement(ENTRY)).replaceAll('Document', 'Letter'), 'namespace-unknown', '/');
  });

  it('may begin with a byte order mark, and declares no encoding but UTF-8', async () => {
    strictEqual((await whole(`\uFEFF${file(statement(ENTRY))}`)).length, 1);
    strictEqual((await whole(file(statement(ENTRY)).replace('UTF-8', 'utf-8'))).length, 1);
    for (const encoding of ['ISO-8859-1', 'windows-1252', 'UTF-16', 'UTF-7'])
      await refuses(file(statement(ENTRY)).replace('UTF-8', encoding), 'encoding-unsupported', '/');
    // Declared and used: the declaration stands before the first byte that is no UTF-8.
    const latin = Buffer.from(file(statement(`${ENTRY}<!-- Müller -->`)).replace('UTF-8', 'ISO-8859-1'), 'latin1');
    for (const size of [1, 10_000])
      strictEqual((await found(inChunks(latin, size))).refused?.code, 'encoding-unsupported');
    await refuses(Buffer.from(`\uFEFF${file(statement(ENTRY))}`, 'utf16le'), 'not-utf8', 'byte 1');
  });

  it('is refused at the first byte that is no UTF-8, and handed on up to there, whatever the chunks', async () => {
    const before = Buffer.from(file(statement(entry() + entry(), 'S1')).split('</Stmt>')[0] ?? '');
    for (const wrong of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x28, 0xa1], [0xf5, 0x80, 0x80, 0x80]]) {
      const bytes = Buffer.concat([before, Buffer.from('é€'), Buffer.from(wrong), Buffer.from('</Stmt>')]);
      for (const size of [1, 2, 3, 64, 10_000]) {
        const { events, refused } = await found(inChunks(bytes, size));
        strictEqual(refused?.message, `not-utf8: byte ${before.length + 6}`);
        deepStrictEqual(events.map(({ event }) => event), ['opened', 'entry', 'entry']); // prettier-ignore
      }
    }
  });

  describe('is refused whole, as nothing that a bank sends, when it', () => {
    const sound = file(statement(ENTRY));
    const cases: [title: string, text: string, code: string, at: string][] = [
      ['is empty', '', 'file-empty', 'byte 1'],
      ['is something else', 'PK\u0003\u0004', 'format-unknown', 'byte 1'],
      ['has a document type', sound.replace('?>', '?><!DOCTYPE Document>'), 'doctype', '/'],
      [
        'has a document type that is elsewhere',
        sound.replace('?>', '?><!DOCTYPE Document SYSTEM "http://192.0.2.1/camt.dtd">'),
        'doctype',
        '/',
      ],
      [
        'laughs a billion times',
        sound
          .replace('?>', '?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>')
          .replace('S1', '&c;'),
        'doctype',
        '/',
      ],
      [
        'draws in another file',
        sound.replace('?>', '?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/hostname">]>').replace('S1', '&x;'),
        'doctype',
        '/',
      ],
      ['names an entity of its own', sound.replace('S1', '&x;'), 'not-well-formed', `${ONE}/Id`],
      ['is cut off', sound.slice(0, -20), 'truncated', '/Document/BkToCstmrStmt'],
      ['is cut off in an entry', sound.slice(0, sound.indexOf('</Ntry>')), 'truncated', `${ONE}/Ntry[1]`],
      ['has two roots', sound + sound.slice(sound.indexOf('<Document')), 'after-the-end', '/'],
      ['goes on behind its end', `${sound}x`, 'after-the-end', '/'],
      ['has a tag that another closes', sound.replace('</CdtDbtInd>', '</Amt>'), 'not-well-formed', `${ONE}/Ntry[1]`],
      ['has no statement', file(''), 'statement-missing', '/Document/BkToCstmrStmt/Stmt'],
      ['has another message in its namespace', sound.replaceAll('BkToCstmrStmt', 'BkToCstmrAcctRpt'), 'statement-missing', '/Document/BkToCstmrStmt/Stmt'],
      ['has no account', file('<Stmt><Id>1</Id></Stmt>'), 'field-missing', `${ONE}/Acct/Id/IBAN`],
      ['has no statement id', sound.replace('<Id>S1</Id>', '<Id> </Id>'), 'field-missing', `${ONE}/Id`],
      ['has an amount without a currency', sound.replace(' Ccy="EUR"', ''), 'field-missing', `${ONE}/Ntry[1]/Amt`],
      ['has a currency that is none', file(statement(entry('', { currency: 'XYZ' }))), 'currency-unknown', `${ONE}/Ntry[1]/Amt`],
      ['has an amount that is none', file(statement(ENTRY + entry('', { amount: '8,85' }))), 'amount-malformed', `${ONE}/Ntry[2]/Amt`],
      ['has an amount with a sign', file(statement(entry('', { amount: '-8.85' }))), 'amount-malformed', `${ONE}/Ntry[1]/Amt`],
      ['has a fraction of a cent', file(statement(entry('', { amount: '8.855' }))), 'amount-too-precise', `${ONE}/Ntry[1]/Amt`],
      ['has an amount beyond 18 digits', file(statement(entry('', { amount: '10000000000000000.00' }))), 'amount-too-large', `${ONE}/Ntry[1]/Amt`],
      ['has a direction that is none', file(statement(entry('', { indicator: 'PLUS' }))), 'code-unknown', `${ONE}/Ntry[1]/CdtDbtInd`],
      ['has a status that is none', file(statement(entry('', { status: 'DONE' }))), 'code-unknown', `${ONE}/Ntry[1]/Sts`],
      ['has a day that is none', file(statement(entry('<ValDt><Dt>2023-02-29</Dt></ValDt>'))), 'date-malformed', `${ONE}/Ntry[1]/ValDt`],
      ['has a broken amount in a detail', file(statement(entry('<NtryDtls><TxDtls/><TxDtls><Amt Ccy="EUR">x</Amt></TxDtls></NtryDtls>'))), 'amount-malformed', `${ONE}/Ntry[1]/NtryDtls[1]/TxDtls[2]/Amt`],
      ['has a balance behind an entry', file(statement(ENTRY + balance('CLBD', '1'))), 'out-of-order', `${ONE}/Bal[1]`],
      ['has one statement twice', file(statement(ENTRY) + statement(ENTRY)), 'statement-repeated', '/Document/BkToCstmrStmt/Stmt[2]'],
    ]; // prettier-ignore
    for (const [title, text, code, at] of cases)
      it(title, async () => {
        await refuses(text, code, at);
        const one = await found(inChunks(text, 1));
        strictEqual(one.refused?.message, `${code}: ${at}`, 'byte by byte');
      });

    it('says no element that a schema may not have given', async () => {
      await refuses(`${sound.slice(0, sound.indexOf('<Ntry>'))}<Jo\u00EBl-Doe>`, 'truncated', `${ONE}/*`);
    });
  });

  it('is refused before a tag, text or comment has come that never ends', async () => {
    for (const begin of [
      `${file('').split('<GrpHdr>')[0]}<a b="`,
      '<!--',
      '<?x ',
      '<!DOCTYPE ',
      file(statement(ENTRY)).split('S1')[0],
    ]) {
      let sent = 0;
      async function* endless() {
        yield Buffer.from(begin ?? '');
        for (; sent < 10_000_000; sent += 1_000) yield Buffer.alloc(1_000, 'x');
      }
      strictEqual((await found(endless())).refused?.code, 'text-too-long');
      ok(sent < 100_000, `${sent} bytes`);
    }
  });

  describe('is refused over a limit, whatever the chunks:', () => {
    const many = (count: number, text: string) => text.repeat(count);
    const cases: [limit: string, options: object, text: string, code: string, at: string][] = [
      ['bytes', { fileBytes: 500 }, file(statement(many(9, ENTRY))), 'file-too-large', 'byte 501'],
      ['depth', {}, file(statement(`<Ntry>${many(61, '<a>')}`)), 'too-deep', `${ONE}/Ntry[1]/${many(60, 'a/')}`.slice(0, -1)],
      ['a text', {}, file(statement(entry(`<AddtlNtryInf>${many(70_000, 'x')}</AddtlNtryInf>`))), 'text-too-long', `${ONE}/Ntry[1]/AddtlNtryInf`],
      ['an attribute', {}, file(statement(`<Ntry a="${many(70_000, 'x')}"/>`)), 'text-too-long', ONE],
      ['a comment', {}, file(statement(`<!--${many(70_000, 'x')}-->`)), 'text-too-long', ONE],
      ['a document type', {}, `<!DOCTYPE x [${many(70_000, ' ')}]>`, 'text-too-long', '/'],
      ['a remittance', { remittanceChars: 10 }, file(statement(entry('<AddtlNtryInf>12345678901</AddtlNtryInf>'))), 'text-too-long', `${ONE}/Ntry[1]`],
      ['elements of an entry', { elements: 50 }, file(statement(entry(many(50, '<Sts/>')))), 'too-many-elements', `${ONE}/Ntry[1]/Sts`],
      ['elements between details', { elements: 50 }, file(statement(entry(`<NtryDtls>${many(50, '<Btch/><TxDtls/>')}</NtryDtls>`))), 'too-many-elements', `${ONE}/Ntry[1]/NtryDtls[1]/Btch[46]`],
      ['balances', { elements: 50 }, file(statement(many(50, balance('INFO', '1')))), 'too-many-elements', `${ONE}/Bal[49]`],
      ['statements', { statements: 2 }, file([1, 2, 3].map((n) => statement(ENTRY, `${n}`)).join('')), 'too-many-statements', '/Document/BkToCstmrStmt/Stmt[3]'],
      ['entries', { entries: 3 }, file(statement(many(4, ENTRY))), 'too-many-entries', `${ONE}/Ntry[4]`],
      ['details', { details: 2 }, file(statement(entry(`<NtryDtls>${many(3, '<TxDtls/>')}</NtryDtls>`))), 'too-many-details', `${ONE}/Ntry[1]/NtryDtls[1]/TxDtls[3]`],
      ['an entry that goes on', { entryChars: 100 }, file(statement(`<Ntry><CdtDbtInd>CRDT</CdtDbtInd><NtryDtls>${many(9, '<TxDtls><AddtlTxInf>0123456789012345</AddtlTxInf></TxDtls>')}</Wrong>`)), 'entry-too-large', `${ONE}/Ntry[1]`],
      ['an entry', { entryChars: 100 }, file(statement(entry(`<NtryDtls>${many(9, '<TxDtls><AddtlTxInf>0123456789012345</AddtlTxInf></TxDtls>')}</NtryDtls>`))), 'entry-too-large', `${ONE}/Ntry[1]`],
    ]; // prettier-ignore
    for (const [limit, limits, text, code, at] of cases)
      it(limit, async () => {
        await refuses(text, code, at, { limits });
        for (const size of [1, 4_096])
          strictEqual((await found(inChunks(text, size), { limits })).refused?.message, `${code}: ${at}`, `by ${size}`);
      });
  });
});
