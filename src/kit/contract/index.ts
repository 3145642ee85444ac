// What a contract is made of. Safe in the workflow sandbox.
export * from './activity.ts';
export * from './dataset.ts';
export * from './money.ts';
export * from './object.ts';
export * from './outcome.ts';
export * from './pipeline.ts';
export * from './schedule.ts';
export * from './updates.ts';
