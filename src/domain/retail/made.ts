/** Made retail data: deterministic, and the product's own, so that it may be shipped. */
export { MADE_CATALOGUE, madeDay } from './made-day.ts';
export { type MadeCsv, madeCsv } from './made-csv.ts';
