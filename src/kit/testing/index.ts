// For tests of one's own activities and stores. No test library is assumed.
export * from './attempt.ts';
export * from './barriers.ts';
export * from './memory-store.ts';
export * from './points.ts';
