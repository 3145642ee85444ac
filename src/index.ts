// What the package `evenkeel` exports, and docs/client.md explains. What activities are made of is `evenkeel/kit`.

export { connect, Evenkeel, RunError, type Decided, type Shown } from './client.ts';
export { ConfigError, readConfig, type Config } from './config.ts';
export { transfers, Transfer, type Transferred } from './contracts/ledger.ts';
export { Datasets, type DatasetDecision, type Rollback } from './datasets.ts';
export { orders, Order, type Fulfilled } from './contracts/orders.ts';
export { patients, Integration, type Integrated } from './contracts/patients.ts';
export { workflowIdOf, type Pipeline } from './kit/contract/pipeline.ts';
export type { Answer, Decision, Ended, Progress, Resolve, RunFate, Stage } from './kit/contract/updates.ts';
export {
  DatasetError,
  type DatasetFault,
  type DatasetReport,
  type Shown as ShownVersion,
  type Version,
} from './kit/effects/dataset/index.ts';
export { Conflict, ContractViolation, Refusal } from './kit/effects/errors.ts';
export type { Received } from './kit/intake/inbox.ts';
export type { Redriven } from './kit/intake/redrive.ts';
export type { Started } from './kit/intake/start.ts';
