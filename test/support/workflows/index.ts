export * from '../../../src/workflows/index.ts';
export * from './trips.ts';
export * from './careless.ts';
