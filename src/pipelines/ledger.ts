import { railActivities } from '../activities/ledger/rail.ts';
import { screeningActivities } from '../activities/ledger/screening.ts';
import { trialBalanceActivities } from '../activities/ledger/trial-balance.ts';
import { transferActivities } from '../activities/ledger/transfers.ts';
import * as ledger from '../contracts/ledger.ts';
import * as rail from '../contracts/rail.ts';
import * as screening from '../contracts/screening.ts';
import * as trialBalance from '../contracts/trial-balance.ts';
import { implemented, type Manifest } from '../kit/worker/manifest.ts';
import type { Resources } from './resources.ts';

export const ledgerPipeline: Manifest<Pick<Resources, 's3' | 'bucket' | 'rail'>> = {
  starts: [ledger.transfers, ledger.reservations, rail.returns, trialBalance.trialBalances],
  schedules: [trialBalance.hourlyTrialBalance],
  modules: [
    implemented(ledger, ({ s3, bucket }) => transferActivities(s3, bucket)),
    implemented(screening, screeningActivities),
    implemented(trialBalance, trialBalanceActivities),
    implemented(rail, ({ rail: client, s3, bucket }) => railActivities(client, s3, bucket)),
  ],
};
