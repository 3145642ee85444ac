import { differenceTable } from './explained.ts';

// How our mapping differs from another converter's: npx tsx test/domain/fhir/v2/print-differences.ts
process.stdout.write(`${differenceTable()}\n`);
