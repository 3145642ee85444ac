/** Made statements: deterministic, and the product's own, so that they may be shipped. */
export { type MadeFormat, type MadeOptions, madeEvents } from './made-events.ts';
export { madeBai2 } from './made-bai2.ts';
export { madeCamt } from './made-camt.ts';
