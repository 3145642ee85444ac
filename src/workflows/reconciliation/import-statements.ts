import { loadStatements, quarantineFile, type Imported, type StatementFile } from '../../contracts/reconciliation.ts';
import type { Ended } from '../../kit/contract/updates.ts';
import { refusedWith } from '../../kit/workflow/call.ts';
import { outcome, saga, type Step } from '../../kit/workflow/saga.ts';
import { compared } from './compared.ts';

/** Takes in a file of bank statements, whole or not at all (the pivot), compares each of its accounts with the ledger, and publishes what came of it. */
export async function importStatements(file: StatementFile): Promise<Ended<Imported>> {
  return saga(async (step) => {
    const { statements, entries, taken, accounts, gaps } = await loaded(step, file);
    let breaks = 0;
    for (const account of accounts) breaks += await compared(step, { fileRef: file.fileRef, account });
    const state = taken === 0 ? 'absorbed' : breaks + gaps > 0 ? 'review' : 'reconciled';
    return { state, statements, entries, breaks };
  });
}

async function loaded(step: Step, file: StatementFile) {
  try {
    return await step.pivot(loadStatements, file);
  } catch (error) {
    if (!refusedWith(error, loadStatements, 'FileRefused')) throw error;
    const { reason } = await step(quarantineFile, file);
    throw outcome(reason);
  }
}
