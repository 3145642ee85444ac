import type { Rail } from '../activities/ledger/rail.ts';
import { returns } from '../contracts/rail.ts';
import type { Database } from '../kit/effects/database.ts';
import { Conflict, ContractViolation } from '../kit/effects/errors.ts';
import { quarantine, type Unusable } from '../kit/intake/quarantine.ts';
import { start, type Starter } from '../kit/intake/start.ts';

/** What a look at the rail's returns came to. */
export interface ReturnsImported {
  started: number;
  /** Told before: running, or ended. */
  absorbed: number;
  quarantined: number;
}

/**
 * Starts a run for each return that the rail tells of. It tells all of them every time: what is known is absorbed, so
 * that nothing has to be remembered of how far one has read.
 */
export async function importReturns(rail: Rail, starter: Starter, database: Database): Promise<ReturnsImported> {
  const sum: ReturnsImported = { started: 0, absorbed: 0, quarantined: 0 };
  for (let after: string | null = ''; after !== null;) {
    const page = await rail.returns(after);
    const unusable: Unusable[] = [];
    for (const { instructionId, ...told } of page.returns)
      try {
        const { start: how } = await start(starter, returns, { ...told, transferId: instructionId });
        sum[how === 'started' ? 'started' : 'absorbed']++;
      } catch (error) {
        if (!(error instanceof Conflict || error instanceof ContractViolation)) throw error;
        const reason = error instanceof Conflict ? 'other-return-under-this-id' : 'not-a-return';
        unusable.push({ position: told.returnId, reason, body: JSON.stringify({ instructionId, ...told }) });
      }
    sum.quarantined += await quarantine(database, returns.name, 'rail returns', unusable, starter.clock());
    after = page.next;
  }
  return sum;
}
