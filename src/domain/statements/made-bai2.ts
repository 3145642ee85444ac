import { madeDate, madeEvents, type MadeOptions } from './made-events.ts';
import type { Entry, Statement } from './statement.ts';

/** A file as BAI2, piece by piece: what `madeEvents` says of the same options. One group a statement, for a group is of one day. */
export function* madeBai2(options: MadeOptions): Generator<string> {
  let [fileMinor, groupMinor] = [0n, 0n];
  let [groups, fileRecords, groupRecords] = [0, 1, 0];
  yield `01,MADEBANK,MADE,${six(madeDate(0))},0600,1,,,2/\n`;
  for (const event of madeEvents('bai2', options)) {
    if (event.event === 'opened') {
      const { statement } = event;
      groupMinor = statement.balances.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
      groupRecords = 2;
      yield headers(statement);
    } else if (event.event === 'entry') {
      const text = entryOf(event.entry);
      groupMinor += magnitude(event.entry);
      groupRecords += text.split('\n').length - 1;
      yield text;
    } else {
      yield `49,${groupMinor},${groupRecords}/\n98,${groupMinor},1,${groupRecords + 2}/\n`;
      fileMinor += groupMinor;
      fileRecords += groupRecords + 2;
      groups += 1;
    }
  }
  yield `99,${fileMinor},${groups},${fileRecords + 1}/\n`;
}

const six = (day: string): string => day.slice(2).replaceAll('-', '');
const magnitude = ({ amountMinor }: Entry): bigint => BigInt(amountMinor.replace('-', ''));

function headers({ servicer, currency, account, balances, to }: Statement): string {
  const [opening, closing] = balances.map(({ amountMinor }) => amountMinor);
  return (
    `02,,${servicer},1,${six((to ?? '').slice(0, 10))},2359,${currency},2/\n` +
    `03,${account},,010,${opening},,,015,${closing},,/\n`
  );
}

/** A text stands in a continuation when it has a comma, so that both ways are there. */
function entryOf(entry: Entry): string {
  const funds = entry.valueDate === null ? '' : `V,${six(entry.valueDate)},`;
  const customer = entry.references.find(({ kind }) => kind === 'customer')?.value ?? '';
  const fields = `16,${entry.code.proprietary},${magnitude(entry)},${funds},${entry.servicerReference ?? ''},${customer}`;
  if (entry.remittance === null) return `${fields},/\n`;
  return entry.remittance.includes(',') ? `${fields}/\n88,${entry.remittance}\n` : `${fields},${entry.remittance}\n`;
}
