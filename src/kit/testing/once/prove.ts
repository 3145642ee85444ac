import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { undoOf, type Activity } from '../../contract/activity.ts';
import type { Timeouts } from '../../effects/database.ts';
import type { Observe, Point } from '../../effects/store.ts';
import { AttemptProcess } from '../attempt-process.ts';
import { barriersOf } from '../points.ts';
import type { Site, Subjects } from '../subjects.ts';
import { Exam, type Fault } from './exam.ts';
import { atOnce } from './at-once.ts';
import { frozen } from './frozen.ts';
import { killed } from './killed.ts';
import { anotherPayload, inARow, neverCame, refused } from './rounds.ts';

/** What was tried of one activity, and what was found. */
export interface Report {
  readonly activity: string;
  /** Where attempts were held and killed. */
  readonly barriers: readonly Point[];
  readonly intentions: number;
  /** Counted at the far side when all was over. */
  readonly effects: number;
  readonly attempts: number;
  readonly processes: number;
  readonly killed: number;
  readonly frozen: number;
  /** What is not as promised; empty when the effect is proven to happen once. */
  readonly faults: readonly Fault[];
}

export interface ProofOptions {
  /** How often in a row, and in how many processes at once. */
  readonly times?: number;
}

/** Nothing here is decided by a time-out: a transaction may be held for as long as others take to come. */
const CALM: Timeouts = { lockMs: 60_000, statementMs: 60_000, idleInTransactionMs: 60_000 };
/** But a frozen process holds its locks only so long, in production as here. */
const IMPATIENT: Timeouts = { ...CALM, idleInTransactionMs: 2_000 };

/**
 * Tries every activity of a module: in a row, at once from several processes, killed and frozen at each barrier, undone;
 * and tells what it found. Counts effects where the subjects say that they are.
 */
export async function examine<Where extends Site>(
  subjects: Subjects<Where>,
  site: Where,
  { times = 3 }: ProofOptions = {},
): Promise<readonly Report[]> {
  if (times < 2) throw new RangeError('times: once is not at once');
  const passed = new Map<string, Point[]>();
  const observe: Observe = (point, { key }) => void passed.set(key, [...(passed.get(key) ?? []), point]);
  const opened = await subjects.open(site, { observe, timeouts: CALM, connections: 20 });
  const shared = { opened, nonce: randomUUID().slice(0, 8), passed: (key: string) => passed.get(key) ?? [] };
  const processes: AttemptProcess[] = [];
  const start = (timeouts: Timeouts): AttemptProcess => {
    const process = new AttemptProcess(subjects, site, timeouts);
    processes.push(process);
    return process;
  };
  try {
    const exams = subjects.contracts.map((contract) => new Exam(contract, forwardOf(contract, subjects), shared));
    const [victim, sleeper] = [start(CALM), start(IMPATIENT)];
    const twins = Array.from({ length: times }, () => start(CALM));
    await Promise.all(processes.map((process) => process.ready()));
    await Promise.all([
      killed(exams, victim),
      frozen(exams, sleeper),
      ...exams.map((exam) => atOnce(exam, twins)),
      ...exams.map((exam) => inARow(exam, times)),
      ...exams.map((exam) => refused(exam, times)),
      ...exams.map(anotherPayload),
      ...exams.filter(({ undoes }) => undoes).map(neverCame),
    ]);
    return await Promise.all(exams.map((exam) => reportOf(exam, 1 + processes.length)));
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
    await opened.close();
  }
}

/** The same, and throws when there is a fault in any of them. */
export async function provenOnce<Where extends Site>(
  subjects: Subjects<Where>,
  site: Where,
  options?: ProofOptions,
): Promise<readonly Report[]> {
  const reports = await examine(subjects, site, options);
  assertOnce(...reports);
  return reports;
}

/** Throws, with all their faults, when there are any. */
export function assertOnce(...reports: readonly Report[]): void {
  const faulty = reports.filter(({ faults }) => faults.length > 0);
  if (faulty.length === 0) return;
  const told = faulty.map(({ activity, intentions, attempts, processes, faults }) =>
    [
      `${activity} does not happen once: ${faults.length} fault${faults.length === 1 ? '' : 's'} in ${attempts} attempts at ${intentions} intentions, in ${processes} processes`,
      ...faults.map(({ what, when }) => [what, ...when].join('\n      ')),
    ].join('\n  - '),
  );
  throw new AssertionError({ message: told.join('\n') });
}

function forwardOf(contract: Activity, { contracts }: Pick<Subjects, 'contracts'>): Activity {
  if (!('undoes' in contract)) return contract;
  const forward = contracts.find((other) => undoOf(other)?.name === contract.name);
  if (!forward) throw new TypeError(`${contract.name} undoes no activity of its module`);
  return forward;
}

const reportOf = async (exam: Exam, processes: number): Promise<Report> => ({
  activity: exam.contract.name,
  barriers: barriersOf(exam.contract).filter((point) => exam.reached.has(point)),
  intentions: exam.intentions.length,
  effects: (await Promise.all(exam.intentions.map((intention) => exam.effects(intention)))).reduce((a, b) => a + b, 0),
  attempts: exam.attempts,
  processes,
  killed: exam.killed,
  frozen: exam.frozen,
  faults: exam.faults,
});
