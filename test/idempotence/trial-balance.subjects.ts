import { trialBalanceActivities } from '../../src/activities/ledger/trial-balance.ts';
import * as contracts from '../../src/contracts/trial-balance.ts';
import { subjects } from '../../src/kit/testing/subjects.ts';

export default subjects(import.meta.url, {
  contracts,
  bodies: trialBalanceActivities,
  activities: {
    checkTrialBalance: {
      input: (id) => ({ schedule: id, at: '2026-01-01T00:05:00Z' }),
      effects: (tick, { database }) =>
        database.query('select from ledger.kept_trial_balances where drawn_for = $1', [
          contracts.trialBalances.businessId(tick),
        ]),
    },
  },
});
