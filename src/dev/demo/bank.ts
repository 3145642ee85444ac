import { importStatementFile } from '../../intake/statements.ts';
import { Evenkeel } from '../../client.ts';
import { Datasets } from '../../datasets.ts';
import { decisions, type Decision } from '../../contracts/decisions.ts';
import { imports } from '../../contracts/reconciliation.ts';
import { decimalOf } from '../../domain/statements/minor.ts';
import { isOpen, type Result } from '../../domain/reconciliation/result.ts';
import { start } from '../../kit/intake/start.ts';
import type { Services } from '../../services.ts';
import type { RailLedger } from '../simulators/control.ts';
import { settle } from './desk.ts';
import type { Answers } from './deliveries.ts';
import { NOSTRO, type Given } from './inputs-payments.ts';
import type { Stage } from './stage.ts';

/** What the bank takes for the account, in pence: nobody has booked it. */
export const CHARGE_MINOR = 250;
/** What a second person says to it. */
export const WRITE_OFF: Given = { question: 'approval', choice: 'approve' };
/** Of the file and of the decision, one more each: at the same moment, and of the file when all is over. */
export const BANK_DELIVERIES = { all: 5, copies: 3 } as const;

/** As a CSV: each payment that the rail has settled, and a charge. What is on it, the rail says, and not our books. */
function statement({ payments }: RailLedger, day: string): Buffer {
  let balance = 0n;
  const line = (minor: bigint, reference: string): string => {
    balance += minor;
    return [day, decimalOf(minor, 'GBP'), decimalOf(balance, 'GBP'), reference].join(',');
  };
  const settled = payments.filter(({ status }) => status === 'ACSC');
  return Buffer.from(
    [
      'Date,Amount,Balance,Reference',
      ...settled.map(({ instructionId, amountMinor }) => line(-BigInt(amountMinor), instructionId)),
      line(-BigInt(CHARGE_MINOR), ''),
      '',
    ].join('\n'),
  );
}
const MAPPING = {
  account: { constant: NOSTRO },
  currency: { constant: 'GBP' },
  dateFormat: 'YYYY-MM-DD',
  amount: { signed: 'Amount' },
  bookingDate: 'Date',
  references: { 'end-to-end': 'Reference' },
  balance: 'Balance',
};

/** The bank's evening: its statement is compared with the books, what is missing there is written off, and what was published taken back. */
export async function closeDay({ services, s3, rail }: Stage, answers: Answers, signal: AbortSignal): Promise<void> {
  const evenkeel = new Evenkeel(services);
  const file = { bytes: statement(await rail.ledger(), new Date().toISOString().slice(0, 10)), mapping: MAPPING };
  const to = { s3, bucket: services.config.EVENKEEL_S3_BUCKET, starter: await services.starter(imports) };
  const taken = await Promise.all([importStatementFile(to, file), importStatementFile(to, file)]);
  await evenkeel.result(taken[0].workflowId);

  const [newest] = await services.database.query<{ result: Result }>(
    'select result from reconciliation.results where account = $1 order by period desc, n desc limit 1',
    [NOSTRO],
  );
  const { period, breaks } = newest!.result;
  const decision: Decision = {
    decisionId: 'demo-charge',
    account: NOSTRO,
    actor: 'demo-maker',
    reason: 'the bank’s charge',
    kind: 'write-off',
    statement: breaks.filter((each) => isOpen(each) && each.side === 'statement').map(({ item }) => item.id),
    ledger: [],
    differenceMinor: String(-CHARGE_MINOR),
  };
  const starter = await services.starter(decisions);
  const decided = await Promise.all([start(starter, decisions, decision), start(starter, decisions, decision)]);
  const { workflowId } = decided[0];
  await settle(evenkeel, workflowId, WRITE_OFF, signal);
  await evenkeel.result(workflowId);

  const datasets = new Datasets(services);
  const back = { id: 'demo-back', actor: 'demo-checker', reason: 'to see it', to: 1 };
  for (let times = 0; times < 2; times++) await datasets.rollback(`reconciliation/${NOSTRO}/${period}`, back);
  const late = await importStatementFile(to, file);
  for (const { start: how } of [...taken, ...decided, late]) answers[how]++;
}

/** Every version that is published of the account, as its readers read it; the first first. */
export async function readPublished(services: Services): Promise<Result[]> {
  const [month] = await services.database.query<{ period: string }>(
    'select period from reconciliation.results where account = $1 limit 1',
    [NOSTRO],
  );
  if (!month) return [];
  const datasets = new Datasets(services);
  const dataset = `reconciliation/${NOSTRO}/${month.period}`;
  const results = [];
  for (const { number } of (await datasets.versions(dataset)).toReversed()) {
    const bytes = await datasets.file(await datasets.version(dataset, number), 'result.json');
    results.push(JSON.parse(Buffer.from(bytes).toString()) as Result);
  }
  return results;
}
