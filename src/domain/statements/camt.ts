import { detailOf, directionOf, entryOf, type Direction } from './camt-entry.ts';
import { amountAt, countAt, creditAt, dayAt, find, refusedAt, requiredAt, textAt, truthAt } from './elements.ts';
import type { Limits } from './limits.ts';
import type { PlacedEvent } from './placed.ts';
import { StatementRefused } from './refused.ts';
import type { Balance, Detail, Statement, StatementKind } from './statement.ts';
import { type Element, pathOf, XmlReader } from './xml.ts';

interface Message {
  kind: StatementKind;
  /** Below `Document`, and below that. */
  root: string;
  statement: string;
}

const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ['052', { kind: 'report', root: 'BkToCstmrAcctRpt', statement: 'Rpt' }],
  ['053', { kind: 'statement', root: 'BkToCstmrStmt', statement: 'Stmt' }],
  ['054', { kind: 'notification', root: 'BkToCstmrDbtCdtNtfctn', statement: 'Ntfctn' }],
]);

/** Versions 2 (2009) to 13 (2025) say what is read here in the same way, or in one of two that never meet. */
const NAMESPACE = /^urn:iso:std:iso:20022:tech:xsd:(camt\.(05[234])\.001\.(0[2-9]|1[0-3]))$/;

/** Every element that is read, by its name; all others are passed over with what is in them. */
const WANTED = new Set(
  `Document BkToCstmrAcctRpt BkToCstmrStmt BkToCstmrDbtCdtNtfctn GrpHdr MsgPgntn PgNb LastPgInd Rpt Stmt Ntfctn Id RptPgntn StmtPgntn
   NtfctnPgntn ElctrncSeqNb LglSeqNb CreDtTm FrToDt FrDtTm ToDtTm Acct IBAN Othr Ccy Svcr FinInstnId BIC BICFI Nm Bal Tp CdOrPrtry Cd Prtry
   Amt CdtDbtInd Dt DtTm Ntry NtryRef RvslInd Sts BookgDt ValDt AcctSvcrRef BkTxCd Domn Fmly SubFmlyCd NtryDtls Btch MsgId PmtInfId NbOfTxs
   TtlAmt TxDtls Refs InstrId EndToEndId UETR TxId MndtId ChqNb ClrSysRef Ref AmtDtls TxAmt RltdPties Dbtr DbtrAcct Cdtr CdtrAcct Pty Agt
   RmtInf Ustrd Strd CdtrRefInf RfrdDocInf Nb AddtlRmtInf AddtlTxInf AddtlNtryInf`.split(/\s+/),
);

const REPEATED = new Set(['Rpt', 'Stmt', 'Ntfctn', 'Bal', 'Ntry', 'NtryDtls', 'Btch', 'TxDtls', 'Ustrd', 'Strd', 'RfrdDocInf', 'Prtry']); // prettier-ignore

/** Reads camt.052, camt.053 and camt.054: balances stand before entries, as in the schemas, and each entry is handed on as it closes. */
export async function* camtEvents(texts: AsyncIterable<string>, limits: Limits): AsyncGenerator<PlacedEvent> {
  const camt = new CamtReader(limits);
  const xml = new XmlReader(camt, limits);
  for await (const text of texts)
    try {
      xml.write(text);
    } finally {
      yield* camt.taken(); // also what stands before a refusal
    }
  xml.end();
}

class CamtReader {
  readonly #limits: Limits;
  #events: PlacedEvent[] = [];
  #source = '';
  #message: Message | undefined;
  #statements = 0;
  /** The statement whose entries are being read. */
  #opened = false;
  #entries = 0;
  #details: Detail[] = [];
  #direction: Direction | undefined;
  /** Elements and characters of what is being held. */
  #elements = 0;
  #characters = 0;
  /** Elements of the entry that are in none of its details. */
  #outside = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  taken(): PlacedEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  root(namespace: string, name: string): void {
    const [, source, message] = NAMESPACE.exec(namespace) ?? [];
    this.#message = MESSAGES.get(message ?? '');
    if (source === undefined || name !== 'Document') throw new StatementRefused('namespace-unknown', '/');
    this.#source = source;
  }

  wanted = (name: string): boolean => WANTED.has(name);
  repeats = (name: string): boolean => REPEATED.has(name);

  opened(element: Element): void {
    const { parent } = element;
    if (element.name === 'Ntry' && parent && this.#isStatement(parent)) {
      this.#open(parent);
      this.#entries += 1;
      if (this.#entries > this.#limits.entries) throw refusedAt(element, '', 'too-many-entries');
      this.#characters = this.#elements = 0;
    } else if (element.name === 'TxDtls') {
      this.#outside = this.#elements;
      this.#elements = 0;
    }
    this.#elements += 1;
    if (this.#elements > this.#limits.elements) throw refusedAt(element, '', 'too-many-elements');
  }

  characters(count: number): void {
    this.#characters += count;
  }

  closed(element: Element): boolean {
    const { name, parent } = element;
    const message = this.#message;
    if (name === 'Document' && this.#statements === 0)
      throw refusedAt(element, [message?.root, message?.statement].join('/'), 'statement-missing');
    if (!parent) return false;
    if (name === 'TxDtls' && parent.name === 'NtryDtls') return this.#detail(element, parent.parent);
    if (this.#isStatement(element)) return this.#close(element);
    if (!this.#isStatement(parent)) return false;
    if (name === 'Ntry') return this.#entry(element);
    this.#elements = 0;
    if (this.#opened && (name === 'Bal' || name === 'Acct')) throw refusedAt(element, '', 'out-of-order');
    if (parent.children.length >= this.#limits.elements) throw refusedAt(element, '', 'too-many-elements');
    return false;
  }

  #isStatement({ name, parent }: Element): boolean {
    return (
      name === this.#message?.statement && parent?.name === this.#message.root && parent.parent?.name === 'Document'
    );
  }

  #open(element: Element): void {
    if (this.#opened || !this.#message) return;
    this.#statements += 1;
    if (this.#statements > this.#limits.statements) throw refusedAt(element, '', 'too-many-statements');
    this.#opened = true;
    this.#entries = 0;
    const statement = statementOf(element, this.#source, this.#message);
    this.#events.push({ event: 'opened', statement, at: pathOf(element) });
  }

  #detail(element: Element, entry: Element | undefined): boolean {
    if (!entry) return false;
    if (this.#details.length >= this.#limits.details) throw refusedAt(element, '', 'too-many-details');
    if (this.#characters > this.#limits.entryChars) throw refusedAt(entry, '', 'entry-too-large');
    this.#direction ??= directionOf(entry); // stands before the details, in every version
    this.#details.push(detailOf(element, this.#direction, this.#limits.remittanceChars));
    this.#elements = this.#outside;
    return true;
  }

  #entry(element: Element): boolean {
    if (this.#characters > this.#limits.entryChars) throw refusedAt(element, '', 'entry-too-large');
    const entry = entryOf(element, this.#entries, this.#details, this.#limits.remittanceChars);
    this.#events.push({ event: 'entry', entry });
    this.#details = [];
    this.#direction = undefined;
    return true;
  }

  #close(element: Element): boolean {
    this.#open(element); // a statement without entries
    this.#events.push({ event: 'closed', balances: [], at: pathOf(element) });
    this.#opened = false;
    this.#elements = 0;
    return true;
  }
}

function statementOf(element: Element, source: string, { kind, statement }: Message): Statement {
  const balances = element.children.filter(({ name }) => name === 'Bal').map(balanceOf);
  const header = find(element.parent, 'GrpHdr');
  // Version 2 numbers the message's pages only, and then the message is one statement.
  const pages = find(element, `${statement}Pgntn`) ?? find(header, 'MsgPgntn');
  return {
    source,
    kind,
    id: requiredAt(element, 'Id'),
    account: requiredAt(element, 'Acct/Id/IBAN', 'Acct/Id/Othr/Id'),
    servicer: textAt(element, 'Acct/Svcr/FinInstnId/BICFI', 'Acct/Svcr/FinInstnId/BIC', 'Acct/Svcr/FinInstnId/Nm'),
    currency: textAt(element, 'Acct/Ccy') ?? onlyCurrencyOf(balances),
    electronicSequence: textAt(element, 'ElctrncSeqNb'),
    legalSequence: textAt(element, 'LglSeqNb'),
    page: pages ? countAt(pages, 'PgNb') : null,
    lastPage: truthAt(pages, 'LastPgInd'),
    created: textAt(element, 'CreDtTm') ?? textAt(header, 'CreDtTm'),
    from: textAt(element, 'FrToDt/FrDtTm'),
    to: textAt(element, 'FrToDt/ToDtTm'),
    balances,
  };
}

function balanceOf(element: Element): Balance {
  const { minor, currency } = amountAt(element, 'Amt');
  return {
    type: requiredAt(element, 'Tp/CdOrPrtry/Cd', 'Tp/CdOrPrtry/Prtry'),
    amountMinor: (creditAt(element) ? minor : -minor).toString(),
    currency,
    date: dayAt(element, 'Dt'),
  };
}

function onlyCurrencyOf(balances: Balance[]): string | null {
  const currencies = new Set(balances.map(({ currency }) => currency));
  return currencies.size === 1 ? (balances[0]?.currency ?? null) : null;
}
