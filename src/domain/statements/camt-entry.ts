import { all, amountAt, countAt, creditAt, dayAt, find, refusedAt, requiredAt, textAt, truthAt } from './elements.ts';
import { referenceOf } from './references.ts';
import type { Detail, Entry, EntryStatus, Reference, ReferenceKind, TransactionCode } from './statement.ts';
import type { Element } from './xml.ts';

const STATUSES: ReadonlyMap<string, EntryStatus> = new Map([
  ['BOOK', 'booked'],
  ['PDNG', 'pending'],
  ['INFO', 'information'],
  ['FUTR', 'future'],
]);

/** `Refs` of a detail. What a bank marks as not provided is no reference. */
const REFERENCES: readonly (readonly [name: string, kind: ReferenceKind])[] = [
  ['MsgId', 'message'],
  ['AcctSvcrRef', 'servicer'],
  ['PmtInfId', 'payment-information'],
  ['InstrId', 'instruction'],
  ['EndToEndId', 'end-to-end'],
  ['UETR', 'uetr'],
  ['TxId', 'transaction'],
  ['MndtId', 'mandate'],
  ['ChqNb', 'cheque'],
  ['ClrSysRef', 'clearing'],
];

/** What an entry says of itself before its details, which need it: those may stand without a sign. */
export interface Direction {
  credit: boolean;
  /** Was what the parties did a credit? A returned debit comes as a credit, and its debtor is still who had to pay. */
  originalCredit: boolean;
}

/**
 * The sign is what CdtDbtInd says, also of a reversal. ISO 20022, usage rule of ReversalIndicator (MDR of camt.052/053/054): "If the
 * CreditDebitIndicator is CRDT and ReversalIndicator is Yes, the original operation was a debit entry", and the other way round.
 */
export function directionOf(entry: Element): Direction {
  const credit = creditAt(entry);
  return { credit, originalCredit: credit !== (truthAt(entry, 'RvslInd') ?? false) };
}

const signed = (minor: bigint, credit: boolean): string => (credit ? minor : -minor).toString();

/** An entry, when it closes; its details were taken as they closed. */
export function entryOf(element: Element, position: number, details: Detail[], remittanceChars: number): Entry {
  const { credit, originalCredit } = directionOf(element);
  const { minor, currency } = amountAt(element, 'Amt');
  const status = STATUSES.get(requiredAt(element, 'Sts/Cd', 'Sts')); // the first in later versions
  if (status === undefined) throw refusedAt(element, 'Sts', 'code-unknown');
  const batches = all(element, 'NtryDtls').flatMap((group) => all(group, 'Btch'));
  return {
    position,
    amountMinor: signed(minor, credit),
    currency,
    reversal: credit !== originalCredit,
    status,
    bookingDate: dayAt(element, 'BookgDt'),
    valueDate: dayAt(element, 'ValDt'),
    servicerReference: referenceOf(textAt(element, 'AcctSvcrRef')),
    references: [
      ...references(element, [['NtryRef', 'entry']]),
      ...batches.flatMap((batch) => references(batch, [['MsgId', 'message'], ['PmtInfId', 'payment-information']])), // prettier-ignore
    ],
    code: codeOf(element),
    remittance: bounded(element, [textAt(element, 'AddtlNtryInf')], remittanceChars),
    batches: batches.map((batch) => batchOf(batch, credit)),
    details,
  };
}

/** A transaction (`TxDtls`), when it closes. */
export function detailOf(element: Element, entry: Direction, remittanceChars: number): Detail {
  const path = ['Amt', 'AmtDtls/TxAmt/Amt'].find((path) => find(element, path)); // version 2 has the second only
  const amount = path === undefined ? undefined : amountAt(element, path);
  const credit = find(element, 'CdtDbtInd') ? creditAt(element) : entry.credit;
  const remittance = find(element, 'RmtInf');
  const structured = all(remittance, 'Strd');
  return {
    amountMinor: amount ? signed(amount.minor, credit) : null,
    currency: amount?.currency ?? null,
    references: [
      ...references(find(element, 'Refs'), REFERENCES),
      ...all(find(element, 'Refs'), 'Prtry').flatMap((own) => references(own, [['Ref', 'proprietary']])),
      ...structured.flatMap((part) => references(find(part, 'CdtrRefInf'), [['Ref', 'creditor']])),
      ...structured.flatMap((part) =>
        all(part, 'RfrdDocInf').flatMap((document) => references(document, [['Nb', 'document']])),
      ),
    ],
    counterparty: counterpartyOf(find(element, 'RltdPties'), entry.originalCredit ? 'Dbtr' : 'Cdtr'),
    remittance: bounded(
      element,
      [
        ...all(remittance, 'Ustrd').map((line) => line.text.trim()),
        ...structured.flatMap((part) => all(part, 'AddtlRmtInf').map((line) => line.text.trim())),
        textAt(element, 'AddtlTxInf'),
      ],
      remittanceChars,
    ),
    code: codeOf(element),
  };
}

function references(element: Element | undefined, kinds: readonly (readonly [string, ReferenceKind])[]): Reference[] {
  return kinds.flatMap(([name, kind]) => {
    const value = referenceOf(textAt(element, name));
    return value === null ? [] : [{ kind, value }];
  });
}

function codeOf(element: Element): TransactionCode {
  const domain = find(element, 'BkTxCd/Domn');
  const parts = ['Cd', 'Fmly/Cd', 'Fmly/SubFmlyCd'].flatMap((path) => textAt(domain, path) ?? []);
  return { iso: parts.join('/') || null, proprietary: textAt(element, 'BkTxCd/Prtry/Cd') };
}

function batchOf(batch: Element, credit: boolean): Entry['batches'][number] {
  const total = find(batch, 'TtlAmt') ? amountAt(batch, 'TtlAmt') : undefined;
  const totalCredit = find(batch, 'CdtDbtInd') ? creditAt(batch) : credit;
  return {
    transactions: countAt(batch, 'NbOfTxs'),
    amountMinor: total ? signed(total.minor, totalCredit) : null,
    currency: total?.currency ?? null,
  };
}

/** In later versions a party is in `Pty` or `Agt`. */
function counterpartyOf(parties: Element | undefined, party: 'Dbtr' | 'Cdtr'): Detail['counterparty'] {
  return {
    name: textAt(parties, `${party}/Nm`, `${party}/Pty/Nm`, `${party}/Agt/FinInstnId/Nm`),
    account: textAt(parties, `${party}Acct/Id/IBAN`, `${party}Acct/Id/Othr/Id`),
  };
}

function bounded(element: Element, lines: (string | null)[], limit: number): string | null {
  const text = lines.filter(Boolean).join('\n');
  if (text.length > limit) throw refusedAt(element, '', 'text-too-long');
  return text || null;
}
