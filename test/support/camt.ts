/** An entry as a bank tells of it. */
export interface CamtEntry {
  /** `12.34`, a debit negative. */
  readonly amount: number;
  readonly ref?: string;
  readonly endToEnd?: string;
  readonly day?: string;
  readonly status?: 'BOOK' | 'PDNG';
}

export interface CamtFile {
  readonly message?: '052' | '053';
  readonly id: string;
  /** Of the message. */
  readonly file?: number;
  readonly account: string;
  readonly day?: string;
  readonly sequence?: number;
  readonly opening?: number;
  readonly entries: readonly CamtEntry[];
}

const DAY = '2026-01-05';
const amountOf = (amount: number): string =>
  `<Amt Ccy="GBP">${Math.abs(amount).toFixed(2)}</Amt><CdtDbtInd>${amount < 0 ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;

/** A small camt.053 (or 052) file in pounds that adds up. */
export function camt({
  message = '053',
  id,
  file = 1,
  account,
  day = DAY,
  sequence,
  opening = 1_000,
  entries,
}: CamtFile): Buffer {
  const [root, name] = message === '053' ? ['BkToCstmrStmt', 'Stmt'] : ['BkToCstmrAcctRpt', 'Rpt'];
  const moved = entries.filter(({ status }) => status !== 'PDNG').reduce((sum, { amount }) => sum + amount, 0);
  const balance = (type: string, amount: number): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${type}</Cd></CdOrPrtry></Tp>${amountOf(amount)}<Dt><Dt>${day}</Dt></Dt></Bal>`;
  const entry = ({ amount, ref, endToEnd, day: on = day, status = 'BOOK' }: CamtEntry): string =>
    `<Ntry>${amountOf(amount)}<Sts>${status}</Sts><BookgDt><Dt>${on}</Dt></BookgDt><ValDt><Dt>${on}</Dt></ValDt>` +
    `${ref === undefined ? '' : `<AcctSvcrRef>${ref}</AcctSvcrRef>`}<BkTxCd><Prtry><Cd>1</Cd></Prtry></BkTxCd>` +
    `${endToEnd === undefined ? '' : `<NtryDtls><TxDtls><Refs><EndToEndId>${endToEnd}</EndToEndId></Refs></TxDtls></NtryDtls>`}</Ntry>`;
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.${message}.001.02"><${root}>` +
      `<GrpHdr><MsgId>M-${file}</MsgId><CreDtTm>${day}T18:00:00Z</CreDtTm></GrpHdr><${name}><Id>${id}</Id>` +
      `${sequence === undefined ? '' : `<ElctrncSeqNb>${sequence}</ElctrncSeqNb>`}<CreDtTm>${day}T18:00:00Z</CreDtTm>` +
      `<Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>GBP</Ccy></Acct>` +
      (message === '053' ? balance('OPBD', opening) + balance('CLBD', opening + moved) : '') +
      `${entries.map(entry).join('')}</${name}></${root}></Document>`,
  );
}
