import { sampleTable } from './sample-table.ts';

// The table of docs/statements.md: npx tsx test/domain/statements/print-sample-table.ts
process.stdout.write(`${await sampleTable()}\n`);
