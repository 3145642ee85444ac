/**
 * The kit, for the side that has effects: contracts, what binds them to code, stores, intake, workers. Workflows import
 * from `evenkeel/kit/contract` and `evenkeel/kit/workflow`, for nothing of Node may enter the sandbox.
 */
export * from './contract/index.ts';

export { bind, command, type ActivityFunction, type Binding, type StepLine } from './effects/bind.ts';
export type { Attempt, ForwardBody, Implementation, Local, LocalUndo, Probe, RemoteBody } from './effects/body.ts';
export { bindRun } from './effects/run.ts';
export { breaches, Database, type Tx } from './effects/database.ts';
export { Burned, Conflict, ContractViolation, InDoubt, Refusal, Transient } from './effects/errors.ts';
export { canonicalJson, keyedFingerprint, sha256, type Fingerprint } from './effects/fingerprint.ts';
export { PostgresStore } from './effects/postgres.ts';
export { objectOnce } from './effects/s3.ts';
export * from './effects/dataset/index.ts';
export type { Effect, EffectStore, Observe, Witness } from './effects/store.ts';
export { migrate, readMigrations, requireSchema, SchemaError, type Migration } from './effects/migrate.ts';
export { verifyAudit, type AuditFault, type AuditReport } from './effects/audit.ts';
export * from './effects/seal/index.ts';

export { Inbox, type Received } from './intake/inbox.ts';
export { quarantine, type Unusable } from './intake/quarantine.ts';
export { redrive, type Redriven, type Redriver } from './intake/redrive.ts';
export { applySchedule, lookAt, type AppliedSchedule, type Scheduled } from './intake/schedules.ts';
export { start, type Started, type Starter } from './intake/start.ts';
export { sweep, type Swept } from './intake/sweeper.ts';

export { bundleWorkflows, workflowBundle } from './worker/bundle.ts';
export { dataConverter, parseKeyring, type Keyring } from './worker/codec.ts';
export { runWorkers, serveHealth, untilSignal, type Hosted } from './worker/run.ts';
export { activitiesOf, contractsOf, implemented, type Manifest, type Module } from './worker/manifest.ts';
export { countEffects, installRuntime, jsonLines } from './worker/telemetry.ts';
