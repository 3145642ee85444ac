import { BANK_DELIVERIES } from './bank.ts';
import { check, sum, type Check } from './check.ts';
import type { Plan } from './deliveries.ts';
import { orderEnds, patientEnds, reconciliationEnds, transferEnds, type End } from './ends.ts';
import type { FarSide } from './far-side.ts';
import type { Inputs } from './inputs.ts';
import { goodsChecks, moneyChecks } from './proof-orders.ts';
import { ledgerChecks, paymentChecks } from './proof-ledger.ts';
import { patientChecks } from './proof-patients.ts';
import { reconciliationChecks } from './proof-reconciliation.ts';

export interface Row {
  readonly what: string;
  readonly where: string;
  readonly expected: number;
  readonly found: number;
  readonly ok: boolean;
}

/** From the inputs alone: what must be there when all is over, however often it was delivered, lost or killed. */
export function expected(inputs: Inputs, { first, late, copies }: Plan, kills: number): Check[] {
  const ends = {
    orders: orderEnds(inputs),
    ledger: transferEnds(inputs),
    patients: patientEnds(inputs),
    reconciliation: reconciliationEnds(),
  };
  const all: End[] = Object.values(ends).flat();
  const deliveries = first.length + late.length + BANK_DELIVERIES.all;
  return [
    check('kit.inbox', 'runs', all.length, ({ runs }) => runs.length),
    check('Temporal', 'executions', all.length, ({ executions }) => executions.all),
    check('Temporal', 'executions that completed', all.length, ({ executions }) => executions.completed),
    check(
      'Temporal',
      'deliveries absorbed',
      copies + BANK_DELIVERIES.copies,
      ({ executions, answers }) => answered(answers) - executions.all,
    ),
    check('client', 'deliveries answered', deliveries, ({ answers }) => answered(answers)),
    check('client', 'conflicts', 0, ({ answers }) => answers.conflicts),
    ...fateChecks(ends),
    ...moneyChecks(ends.orders),
    ...goodsChecks(ends.orders, inputs.stock),
    ...ledgerChecks(inputs, ends.ledger),
    ...paymentChecks(inputs, ends.ledger),
    ...reconciliationChecks(ends.ledger),
    ...patientChecks(ends.patients),
    check(
      'kit.effects',
      'effects, one a key',
      sum(all, ({ effects }) => effects) + 1, // a rollback is a command's
      ({ effects }) => effects.all,
    ),
    check('kit.effects', 'still in doubt', 0, ({ effects }) => effects.inDoubt),
    check('kit.generations', 'done anew by a person', 0, ({ effects }) => effects.anew),
    check('kit.audit', 'faults in the audit', 0, ({ auditFaults }) => auditFaults.length),
    check('processes', 'workers killed', kills, ({ workers }) => new Set(workers).size - 1),
  ];
}

/** Every row of the proof. The table is red when one of them is. */
export const compare = (checks: readonly Check[], far: FarSide): Row[] =>
  checks.map(({ where, what, expected: wanted, count }) => {
    const found = count(far);
    return { where, what, expected: wanted, found, ok: found === wanted };
  });

const answered = ({ started, attached, ended }: FarSide['answers']): number => started + attached + ended;

/** A row for each fate and reason that the inputs lead to, and one for all that they do not. */
function fateChecks(ends: Record<string, readonly End[]>): Check[] {
  const name = (pipeline: string, { fate, reason }: Pick<End, 'fate' | 'reason'>): string =>
    `${pipeline} ${fate}${reason === null ? '' : `: ${reason}`}`;
  const counts = new Map<string, number>();
  for (const [pipeline, list] of Object.entries(ends))
    for (const end of list) counts.set(name(pipeline, end), (counts.get(name(pipeline, end)) ?? 0) + 1);
  const named = ({ pipeline, fate, reason }: FarSide['runs'][number]): string =>
    name(pipeline, { fate: fate as End['fate'], reason });
  return [
    ...[...counts].map(([what, n]) =>
      check('kit.inbox', what, n, ({ runs }) => runs.filter((run) => named(run) === what).length),
    ),
    check('kit.inbox', 'any other fate', 0, ({ runs }) => runs.filter((run) => !counts.has(named(run))).length),
  ];
}
