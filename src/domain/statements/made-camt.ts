import { madeEvents, type MadeFormat, type MadeOptions } from './made-events.ts';
import { decimalOf } from './minor.ts';
import type { Balance, Detail, Entry, ReferenceKind, Statement } from './statement.ts';

/** A file as camt.053, piece by piece: what `madeEvents` says of the same options. */
export function* madeCamt(format: Exclude<MadeFormat, 'bai2'>, options: MadeOptions): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${format}">\n<BkToCstmrStmt>\n`;
  yield tag('GrpHdr', tag('MsgId', `MADE-${options.seed}`) + tag('CreDtTm', '2024-01-02T06:00:00+00:00'));
  const later = format !== 'camt.053.001.02';
  for (const event of madeEvents(format, options)) {
    if (event.event === 'opened') yield `\n<Stmt>\n${header(event.statement, later)}`;
    else if (event.event === 'entry') yield entryOf(event.entry, later);
    else yield '</Stmt>';
  }
  yield '\n</BkToCstmrStmt>\n</Document>\n';
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const tag = (name: string, content: string | null, attributes = '') =>
  content === null ? '' : `<${name}${attributes}>${content}</${name}>`;
const text = (name: string, content: string | null) => tag(name, content === null ? null : escaped(content));
const date = (name: string, day: string | null) => tag(name, day === null ? null : tag('Dt', day));

/** An amount without its sign, and the sign as an indicator behind it. */
function amount(name: string, minor: string, currency: string): [amount: string, indicator: string] {
  const value = BigInt(minor);
  return [
    tag(name, decimalOf(value < 0n ? -value : value, currency), ` Ccy="${currency}"`),
    tag('CdtDbtInd', value < 0n ? 'DBIT' : 'CRDT'),
  ];
}

function header(statement: Statement, later: boolean): string {
  const { id, electronicSequence, created, from, to, account, currency, servicer, balances } = statement;
  const institution = tag('FinInstnId', text(later ? 'BICFI' : 'BIC', servicer));
  return [
    text('Id', id),
    text('ElctrncSeqNb', electronicSequence),
    text('CreDtTm', created),
    tag('FrToDt', text('FrDtTm', from) + text('ToDtTm', to)),
    tag('Acct', tag('Id', text('IBAN', account)) + text('Ccy', currency) + tag('Svcr', institution)),
    ...balances.map(balanceOf),
    '\n',
  ].join('');
}

const balanceOf = ({ type, amountMinor, currency, date: day }: Balance): string =>
  tag(
    'Bal',
    tag('Tp', tag('CdOrPrtry', tag('Cd', type))) + amount('Amt', amountMinor, currency).join('') + date('Dt', day),
  );

function entryOf(entry: Entry, later: boolean): string {
  const status = entry.status === 'pending' ? 'PDNG' : 'BOOK';
  const [domain, family, subfamily] = (entry.code.iso ?? '').split('/');
  const batches = entry.batches.map(({ transactions, amountMinor, currency }) =>
    tag(
      'Btch',
      text('PmtInfId', reference(entry, 'payment-information')) +
        tag('NbOfTxs', String(transactions)) +
        amount('TtlAmt', amountMinor ?? '0', currency ?? '').join(''),
    ),
  );
  const originalCredit = entry.amountMinor.startsWith('-') === entry.reversal;
  return [
    '<Ntry>',
    ...amount('Amt', entry.amountMinor, entry.currency),
    tag('RvslInd', String(entry.reversal)),
    tag('Sts', later ? tag('Cd', status) : status),
    date('BookgDt', entry.bookingDate),
    date('ValDt', entry.valueDate),
    text('AcctSvcrRef', entry.servicerReference),
    tag(
      'BkTxCd',
      tag(
        'Domn',
        text('Cd', domain ?? '') + tag('Fmly', text('Cd', family ?? '') + text('SubFmlyCd', subfamily ?? '')),
      ) + tag('Prtry', text('Cd', entry.code.proprietary)),
    ),
    tag('NtryDtls', [...batches, ...entry.details.map((detail) => detailOf(detail, originalCredit, later))].join('')),
    '</Ntry>\n',
  ].join('');
}

const reference = (of: Entry | Detail, kind: ReferenceKind): string | null =>
  of.references.find((found) => found.kind === kind)?.value ?? null;

function detailOf(detail: Detail, originalCredit: boolean, later: boolean): string {
  const [money, indicator] = amount('Amt', detail.amountMinor ?? '0', detail.currency ?? '');
  const party = originalCredit ? 'Dbtr' : 'Cdtr';
  const name = text('Nm', detail.counterparty.name);
  const creditor = text('Ref', reference(detail, 'creditor'));
  return tag(
    'TxDtls',
    [
      tag('Refs', text('EndToEndId', reference(detail, 'end-to-end'))),
      later ? money + indicator : tag('AmtDtls', tag('TxAmt', money)),
      tag(
        'RltdPties',
        tag(party, later ? tag('Pty', name) : name) +
          tag(`${party}Acct`, tag('Id', tag('Othr', text('Id', detail.counterparty.account)))),
      ),
      tag(
        'RmtInf',
        text('Ustrd', detail.remittance) + (creditor === '' ? '' : tag('Strd', tag('CdtrRefInf', creditor))),
      ),
    ].join(''),
  );
}
